"""Rules of the gate and of the fields: what cannot be let in or read as it was written."""

from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.model import LinkedSeries
from briefing_tools.rules.looking import slips

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@rule("text-symbolic-link", ERROR)
def symbolic_link(plan: LinkedSeries) -> Iterator[Problem]:
    """A symbolic link stands among the content.

    Links to other places could publish files that nobody meant to publish, so they are never followed.

    Wrong:
        a link briefings/07-integrated-working/figures → /home/me/figures
    Right:
        the pictures themselves in briefings/07-integrated-working/figures/
    """
    return slips(plan, "text-symbolic-link")


@rule("text-not-a-file", ERROR)
def not_a_file(plan: LinkedSeries) -> Iterator[Problem]:
    """Something that cannot be read as a file stands among the content.

    Devices, sockets and pipes cannot be read safely, folders with the name of a file mislead, and a file that is locked
    would be missing without a word.

    Wrong:
        a named pipe called briefings/notes.md
    Right:
        an ordinary file
    """
    return slips(plan, "text-not-a-file")


@rule("text-file-name", ERROR)
def file_name(plan: LinkedSeries) -> Iterator[Problem]:
    """A file name has characters that a web address cannot carry safely.

    Names become addresses on the pages. Small letters, digits, full stops, hyphens and underscores work everywhere.

    Wrong:
        updates/devon/Our Hub (final).md
    Right:
        updates/devon/2013-06-14-our-hub.md
    """
    return slips(plan, "text-file-name")


@rule("text-file-type", ERROR)
def file_type(plan: LinkedSeries) -> Iterator[Problem]:
    """A file is of a kind that is not published.

    Web pages, scripts and SVG pictures can run programs in a reader's browser. Pictures, PDF and data files are fine.

    Wrong:
        figure-1.svg
    Right:
        figure-1.png
    """
    return slips(plan, "text-file-type")


@rule("text-too-large", ERROR)
def too_large(plan: LinkedSeries) -> Iterator[Problem]:
    """A file is larger than readers on a phone should be asked to load.

    A text may have 256 KB (about 40,000 words), the bibliography 16 MB, a picture or attachment 10 MB.

    Wrong:
        a photograph of 24 MB
    Right:
        the same photograph saved at 1,600 pixels, 300 KB
    """
    return slips(plan, "text-too-large")


@rule("text-not-a-picture", ERROR)
def not_a_picture(plan: LinkedSeries) -> Iterator[Problem]:
    """A file is called a picture and cannot be shown.

    It is damaged, something else under a picture's name, or so large that it would stop a phone. Pages would show a hole,
    editions only its description.

    Wrong:
        a Word document renamed to levels.png
    Right:
        the picture, saved from that document as PNG
    """
    return slips(plan, "text-not-a-picture")


@rule("text-not-utf8", ERROR)
def not_utf8(plan: LinkedSeries) -> Iterator[Problem]:
    """A text is not saved as UTF-8, so its accents and quotation marks would come out wrong.

    Most editors have the choice under “Save as…”, “Encoding”.

    Wrong:
        a file saved as “Western (Windows 1252)”
    Right:
        the same file saved as “UTF-8”
    """
    return slips(plan, "text-not-utf8")


@rule("text-control-character", ERROR)
def control_character(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds an invisible control character.

    They come with text copied from other programs, and no reader, browser or PDF knows what to do with them.

    Wrong:
        a NUL character between two words
    Right:
        a space
    """
    return slips(plan, "text-control-character")


@rule("text-hidden-character", ERROR)
def hidden_character(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds a character that nobody can see, or one that turns the order of text round.

    What readers see would not be what stands there and what search finds; words can be smuggled past an editor in this way.
    Hebrew, Arabic and other languages are written without them, emoji and flags stay, and so does a soft hyphen.

    Wrong:
        a zero width space (U+200B) in the middle of a word
    Right:
        the word, typed again
    """
    return slips(plan, "text-hidden-character")


@rule("text-too-dense", ERROR)
def too_dense(plan: LinkedSeries) -> Iterator[Problem]:
    """A text is so dense that reading it would take minutes.

    A paragraph may have 16,000 characters and 1,000 lines, and a page 10,000 lines. Of the characters [, ! and < a
    paragraph may have 500, and a page 5,000; of the other marks of Markdown four times as many. A table may have 10,000
    cells, and a page 40,000; every row counts as many as the line of dashes below the head, for so many are made of it. Of ``` and ~~~, 500 lines of a
    page may begin with them, and hundreds of < that no > follows are too many for a long page.

    Wrong:
        a pasted table of several thousand [x] marks in one paragraph
    Right:
        the same table split into several paragraphs
    """
    return slips(plan, "text-too-dense")


@rule("text-too-nested", ERROR)
def too_nested(plan: LinkedSeries) -> Iterator[Problem]:
    """Quotations, lists or marks stand inside each other more than ninety deep.

    Nobody can read that, and some programs fall over it. It usually comes from text that was pasted with its signs.

    Wrong:
        > > > > > > > > (and so on, more than ninety) the hub opened in June
    Right:
        > The hub opened in June. [@golden2011, p. 3]
    """
    return slips(plan, "text-too-nested")


@rule("text-front-matter-open", ERROR)
def front_matter_open(plan: LinkedSeries) -> Iterator[Problem]:
    """The fields at the head of a file do not stand between two lines of three hyphens.

    Without these lines, nobody can tell fields from text.

    Wrong:
        ---
        site: devon
        Our hub opened in June.
    Right:
        ---
        site: devon
        ---
        Our hub opened in June.
    """
    return slips(plan, "text-front-matter-open")


@rule("text-front-matter-long", ERROR)
def front_matter_long(plan: LinkedSeries) -> Iterator[Problem]:
    """The fields at the head of a file are longer than 8 KB.

    Usually the running text was written among the fields.

    Wrong:
        a whole report between the two lines ---
    Right:
        the fields between the two lines, the report below them
    """
    return slips(plan, "text-front-matter-long")


@rule("text-unreadable-line", ERROR)
def unreadable_line(plan: LinkedSeries) -> Iterator[Problem]:
    """A line among the fields cannot be read.

    Each field stands on its own line: a name, a colon, a space, a value.

    Wrong:
        - site: devon
    Right:
        site: devon
    """
    return slips(plan, "text-unreadable-line")


@rule("text-key-twice", ERROR)
def key_twice(plan: LinkedSeries) -> Iterator[Problem]:
    """A field is given twice, and nobody can tell which one counts.

    Wrong:
        site: devon
        site: leeds
    Right:
        site: devon
    """
    return slips(plan, "text-key-twice")


@rule("text-value-cut", ERROR)
def value_cut(plan: LinkedSeries) -> Iterator[Problem]:
    """Part of a value would be lost, because # begins a remark.

    Quotation marks keep the whole value.

    Wrong:
        title: Phase #2 of the hub
    Right:
        title: "Phase #2 of the hub"
    """
    return slips(plan, "text-value-cut")


@rule("text-quotes", ERROR)
def quotes(plan: LinkedSeries) -> Iterator[Problem]:
    """Quotation marks round a value are not closed, or were curled by a word processor.

    Wrong:
        title: “Six months of a hub”
    Right:
        title: "Six months of a hub"
    """
    return slips(plan, "text-quotes")


@rule("text-colon", ERROR)
def colon(plan: LinkedSeries) -> Iterator[Problem]:
    """A colon is missing, lacks its space, or stands in a value without quotation marks.

    Wrong:
        title: The hub: six months on
    Right:
        title: "The hub: six months on"
    """
    return slips(plan, "text-colon")


@rule("text-tab", ERROR)
def tab(plan: LinkedSeries) -> Iterator[Problem]:
    """A line among the fields begins with a tab.

    Tabs are of different width everywhere; spaces are not.

    Wrong:
        checks:
        (tab)no_personal_data: yes
    Right:
        checks:
          no_personal_data: yes
    """
    return slips(plan, "text-tab")


@rule("text-indent", ERROR)
def indent(plan: LinkedSeries) -> Iterator[Problem]:
    """A line among the fields does not line up with its neighbours.

    Wrong:
        site: devon
          title: "Six months of a hub"
    Right:
        site: devon
        title: "Six months of a hub"
    """
    return slips(plan, "text-indent")


@rule("text-shared-value", ERROR)
def shared_value(plan: LinkedSeries) -> Iterator[Problem]:
    """A value begins with a sign that has a meaning of its own, such as &, *, !, @ or [.

    Wrong:
        title: *Important* lessons from the hub
    Right:
        title: "Important lessons from the hub"
    """
    return slips(plan, "text-shared-value")


@rule("text-unknown-field", WARNING)
def unknown_field(plan: LinkedSeries) -> Iterator[Problem]:
    """An ordinary page has a field that nothing reads.

    Wrong:
        titel: About these briefings
    Right:
        title: About these briefings
    """
    return slips(plan, "text-unknown-field")


@rule("text-bad-field", ERROR)
def bad_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A field of an ordinary page holds a list where one piece of text is needed.

    Wrong:
        title: [About, these briefings]
    Right:
        title: About these briefings
    """
    return slips(plan, "text-bad-field")


@rule("text-unsafe-html", ERROR)
def unsafe_html(plan: LinkedSeries) -> Iterator[Problem]:
    """Raw HTML in a text is of a kind that is not published.

    Scripts, frames, forms and event attributes could harm readers. They are left out of every page and edition.

    Wrong:
        <iframe src="https://example.org/video"></iframe>
    Right:
        [Watch the video](https://example.org/video)
    """
    return slips(plan, "text-unsafe-html")


TEXT_RULES = (
    symbolic_link, not_a_file, file_name, file_type, too_large, not_a_picture, not_utf8, control_character, hidden_character, too_dense,
    too_nested, front_matter_open,
    front_matter_long, unreadable_line, key_twice, value_cut, quotes, colon, tab, indent, shared_value, unknown_field, bad_field,
    unsafe_html,
)  # fmt: skip
