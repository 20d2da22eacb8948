"""List: the LaTeX commands that occur in references, and what each stands for."""

import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "H": "\u030b",
    "k": "\u0328",
    "d": "\u0323",
    "b": "\u0331",
    "r": "\u030a",
}
"""Commands that put an accent on the next letter, and the combining character."""

TAGS = {
    command: tag
    for tag, commands in {
        "em": "emph textit textsl mkbibemph mkbibitalic",
        "strong": "textbf mkbibbold",
        "sup": "textsuperscript mkbibsuperscript",
        "sub": "textsubscript mkbibsubscript",
    }.items()
    for command in commands.split()
}
"""Commands that mark up their argument."""

DECLARATIONS = {
    "em": "em",
    "it": "em",
    "itshape": "em",
    "sl": "em",
    "slshape": "em",
    "bf": "strong",
    "bfseries": "strong",
}
"""Commands that mark up the rest of their group."""

WRAPPED = {"mkbibquote": "“”", "enquote": "“”", "mkbibparens": "()", "mkbibbrackets": "[]"}
"""Commands that put signs around their argument."""

ARGUMENT_KEPT = _words(
    "textsc mkbibacro textrm textsf texttt textup textmd textnormal text mbox hbox mathrm mathit mathbf mathsf ensuremath "
    "uppercase lowercase MakeUppercase MakeLowercase underline nolinkurl path url"
)
ARGUMENT_DROPPED = _words("noopsort label footnote cite citep citet textcolor color vspace hspace")

_GREEK = _words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
)


def _greek() -> dict[str, str]:
    letters = {name: name.upper().replace("LAMBDA", "LAMDA") for name in _GREEK}
    small = {name: unicodedata.lookup(f"GREEK SMALL LETTER {letter}") for name, letter in letters.items()}
    return small | {name.title(): unicodedata.lookup(f"GREEK CAPITAL LETTER {letters[name]}") for name in letters}


SYMBOLS = _greek() | dict(
    pair.split("=")
    for pair in [
        "textquoteright=’",
        "textquoteleft=‘",
        "textquotedblleft=“",
        "textquotedblright=”",
        "textquotesingle='",
        "dots=…",
        "ldots=…",
        "textellipsis=…",
        "texteuro=€",
        "euro=€",
        "EUR=€",
        "pounds=£",
        "textsterling=£",
        "textendash=–",
        "textemdash=—",
        "hyphen=-",
        "slash=/",
        "textbackslash=\\",
        "textunderscore=_",
        "textasciitilde=~",
        "textasciicircum=^",
        "textbar=|",
        "textless=<",
        "textgreater=>",
        "textbraceleft={",
        "textbraceright=}",
        "lbrace={",
        "rbrace=}",
        "textdollar=$",
        "i=ı",
        "j=ȷ",
        "ss=ß",
        "SS=ẞ",
        "ae=æ",
        "AE=Æ",
        "oe=œ",
        "OE=Œ",
        "aa=å",
        "AA=Å",
        "o=ø",
        "O=Ø",
        "l=ł",
        "L=Ł",
        "dh=ð",
        "DH=Ð",
        "th=þ",
        "TH=Þ",
        "dj=đ",
        "DJ=Đ",
        "ng=ŋ",
        "NG=Ŋ",
        "times=×",
        "pm=±",
        "leq=≤",
        "geq=≥",
        "le=≤",
        "ge=≥",
        "approx=≈",
        "sim=∼",
        "rightarrow=→",
        "to=→",
        "infty=∞",
        "cdot=·",
        "textonehalf=½",
        "textonequarter=¼",
        "textthreequarters=¾",
        "TeX=TeX",
        "LaTeX=LaTeX",
        "BibTeX=BibTeX",
        "protect=",
        "relax=",
        "newblock=",
        "rm=",
        "sc=",
        "scshape=",
        "sf=",
        "tt=",
        "normalfont=",
        "upshape=",
        "small=",
        "footnotesize=",
    ]
)
SYMBOLS |= dict.fromkeys(("quad", "qquad", "par", "newline", "linebreak", "space"), " ")
"""Commands that stand for characters."""

SIGNS = {"-": "", "/": "", "@": "", "!": "", "(": "", ")": "", ",": "\u2009", ";": " ", ":": " ", " ": " ", "\\": " "}
"""Commands of one sign; any other sign stands for itself, such as `\\&`."""

LIGATURES = {"--": "–", "---": "—", "``": "“", "''": "”", "~": "\u00a0"}
