"""Report: the same findings for people, programs and the places where pull requests are read. One format, one module."""
