"""The operator's mistakes: what stops a command from running at all."""


class CannotRun(Exception):
    """Nothing can be done until the operator changes something; ends a command with exit code 2.

    `str(error)` is one plain sentence; `hint` says what to do. Mistakes in the content are findings instead,
    and our own mistakes are tracebacks.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
