"""Name: the reasons why a link is in its state. They stand in `links.lock` and JSON, and are never renamed."""

from enum import StrEnum

LONGEST = 4000
"""Characters; longer addresses are refused by many servers and by some browsers."""


class Why(StrEnum):
    """Why a link is in its state. `definite` ones are a clear no of the server."""

    # A definite no
    NOT_FOUND = "not-found"
    GONE = "gone"
    UNKNOWN_SHORT_LINK = "unknown-short-link"
    UNKNOWN_DOI = "unknown-doi"
    LOOP = "loop"
    # No answer, or none that can be used
    NO_SUCH_HOST = "no-such-host"
    LOOKUP_FAILED = "lookup-failed"
    NO_CONNECTION = "no-connection"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    BROKEN_ANSWER = "broken-answer"
    SERVER_ERROR = "server-error"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    HOST_LEFT_ALONE = "host-left-alone"
    # An unsafe connection
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NAME = "certificate-name"
    CERTIFICATE_UNKNOWN = "certificate-unknown"
    TLS_FAILED = "tls-failed"
    # Probably not what was cited
    HOME_PAGE = "home-page"
    SIGN_IN = "sign-in"
    PARKED = "parked"
    SOFT_NOT_FOUND = "soft-not-found"
    SHORT_LINK_STAYS = "short-link-stays"
    LEAVES_THE_WEB = "leaves-the-web"
    ODD_STATUS = "odd-status"
    # The server refuses programs
    NEEDS_SIGN_IN = "needs-sign-in"
    FORBIDDEN = "forbidden"
    TOO_MANY_REQUESTS = "too-many-requests"
    ROBOT_WALL = "robot-wall"
    # A part of a page
    NO_SUCH_PART = "no-such-part"
    NO_SUCH_WORDS = "no-such-words"
    NO_SUCH_PAGE = "no-such-page"
    # Good, with a remark
    PART_UNKNOWN = "part-unknown"
    EXEMPT = "exempt"
    CONFIRMED = "confirmed"
    # Never asked
    PRIVATE_ADDRESS = "private-address"
    ODD_PORT = "odd-port"
    CREDENTIALS = "credentials"
    EMAIL = "e-mail"
    TELEPHONE = "telephone"
    ISBN = "isbn"
    ROBOTS = "robots"
    OTHER_SCHEME = "other-scheme"
    HOST_ASKS_TO_WAIT = "host-asks-to-wait"
    OUT_OF_TIME = "out-of-time"
    # Cannot be right
    NOT_AN_ADDRESS = "not-an-address"
    HAS_SPACES = "has-spaces"
    TOO_LONG = "too-long"
    BAD_HOST = "bad-host"
    BAD_PORT = "bad-port"
    BAD_EMAIL = "bad-e-mail"
    BAD_TELEPHONE = "bad-telephone"
    BAD_DOI = "bad-doi"
    BAD_ISBN = "bad-isbn"

    @property
    def definite(self) -> bool:
        """Whether it is a clear no: two of them on different days are a dead link."""
        return self in _DEFINITE


_DEFINITE = frozenset({Why.NOT_FOUND, Why.GONE, Why.UNKNOWN_SHORT_LINK, Why.UNKNOWN_DOI, Why.LOOP})
