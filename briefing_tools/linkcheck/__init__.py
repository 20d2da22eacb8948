"""Check links: ask every outside address of the content, gently, and learn from the answers. Never part of a build.

    written → sorted → asked hop by hop → judged → learnt → recorded

`collecting` finds the addresses, `addresses` sorts them, `queue` says whose turn it is, `asking` follows redirects,
`judging` and `fragments` tell what came back, `history` changes the record, `keeping` writes it, `checking` runs it all.
`archiving` looks for copies, `fixing` writes new addresses into the content. Only `checking` and `archiving` wait for
anything, and they are given the function that asks.
"""
