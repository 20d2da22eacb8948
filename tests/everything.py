"""An invented briefing with everything that a briefing may hold, for tests of the editions. All of it is **invented**."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from briefing_tools.model import Day
from casebook import lay_out, write

NOON, TODAY = 1795521600, Day(2026, 11, 24)
"""When every edition of the tests is made."""

BRIEFING = "briefings/01-shared-offices/index.md"
SECOND = "briefings/02-joint-teams/index.md"

TEXT = """---
number: 1
title: 'Sharing & caring <b>offices</b>: "one" room'
status: live
edition: "1.0"
published: 2026-02
updated: 2026-05-01
change_note:
  - One figure corrected & explained <in words>.
authors:
  - name: Dana Invented
    role: Research Analyst
    organisation: Institute of Invented Studies
  - name: Æsa Þórsdóttir & Sons <Ltd>
thanks:
  - name: Llŷr ap Gwilym
topics: [sharing, offices & rooms]
language: en-GB
licence: OGL-UK-3.0
---

A lead before the first part, with a *stressed* word and a [link](https://www.example.org/lead?a=1&b=2).

## What is the issue? {#issue role=issue}

Services that share an office talk more often [@rowan2019, p. 4]. AT&T's <em>“R&D”</em> says 3 < 4 > 2 & 5 ≥ 4; a 'quote' — a dash – and so on … [see @ash2020, pp. 3–5; @rowan2019; also @hazel2021, ch. 2].

> A quotation of two paragraphs.
>
> > A quotation in it. [@ash2020, p. 12]
>
> - with a list

Text with **strong**, *stressed*, ***both***, `code & <tags>`, H<sub>2</sub>O, 10<sup>2</sup>, x<sup>zy</sup>, <del>taken out</del>, <ins>put in</ins>, <q>a short quotation</q>, <abbr title="Invented Shared Office">ISO</abbr>, <kbd>Ctrl</kbd>, <small>small print</small>, <cite>A Title</cite> and <span lang="cy">croeso i Gymru</span>.<br>
A new line. A bare address, <https://www.example.org/bare>, and [the same words](https://www.example.org/lead?a=1&b=2) again; write to [the office](mailto:office@example.org) or call [us](tel:+441234567890).

<p lang="cy">Mae gwasanaethau sy'n rhannu swyddfa yn siarad yn amlach: ŵ, ŷ, â, ê, î, ô, û.</p>

<p lang="ar">تتحدث الخدمات التي تتشارك المكتب أكثر.</p>

### A part with everything {#everything was="all-of-it old-all"}

1. First
2. Second
    - inner one
    - inner two with [a link][twice]

        a second paragraph of it

        1. deepest
        2. of all
3. Third [@hazel2021]

7. Seven
8. Eight

Term
:   What it means, with [another link][twice].

Second term
:   First meaning.

:   Second meaning.

    - in a list

[twice]: https://www.example.org/twice

| Place | What is told | Number |
|:------|:------------:|-------:|
| Northbridge | a & b < c | 12 |
| Westmarsh | [a link](https://www.example.org/in-a-table) [@rowan2019] | 3.5 |

<table><caption>A table with a caption</caption><thead><tr><th>Year</th><th colspan="2">Two together</th></tr></thead><tbody><tr><td rowspan="2">2019</td><td>one that is long enough that no line of seventy-two characters holds all of it</td><td>two</td></tr><tr><td>three</td><td>four</td></tr></tbody></table>

!!! signpost "For more information see"
    - [Two years of one office](https://www.example.org/two-years) [@hazel2021]
    - [Who sits where](https://www.example.org/who) and its [summary](https://www.example.org/who#summary)

!!! note "A box & its <b>title</b>"
    Running text in a box.

    - with a list

!!! warning
    A box without a title of its own.

```
def code(kept):
    return "as it <is> & was"   # spaces  too
```

And code of another kind:

    indented code

![A plan of the office: two rooms & a door](plan.png)

<figure><img src="photo.jpg" alt="People around a table"><figcaption>A figure with a caption &amp; more</figcaption></figure>

---

A short link to [a guide](http://tinyurl.com/inventedguide), a dead link to [a report](https://www.example.org/gone) with a copy, and one to [another](https://www.example.org/lost "A title") without; [the report](https://www.example.org/gone) again.

See [the other part](#everything), [an old address](#all-of-it), [joint teams](../02-joint-teams/index.md#teams), [all of them](../02-joint-teams/index.md), [the glossary](../glossary.md) and [the front page](../index.md).

<p>A paragraph with an id {#not-an-id}</p>

A paragraph that can be led to.
{: #given-id }

## Key policy drivers {#policy role=policy}

@ash2020 [p. 7] describe who sits where; so did -@rowan2019 \\@home.

## Activity and research {#activity role=activity}

### What @ash2020 [p. 7] and *no typeface* has [see @hazel2021; @rowan2019, p. 2]: signs {#symbols}

Text with 😀 and नमस्ते.

## Key messages for practice {#key-messages role=key-messages}

- Sit together.
- Keep your own employer:

    - one
    - two

- Agree early.
"""

UPDATE = """---
site: northbridge
title: 'Half a year in <one> room & more'
date: 5 March 2026
section: everything
evidence: practice-experience
licence: OGL-UK-3.0
level: coordination
direction: mixed
period: January to March 2026
sources: [hazel2021, ash2020]
relates_to:
  - update: westmarsh/2026-04-06-un-ystafell
    how: differs
checks:
  no_personal_data: yes
  approved_by: Head of Services
status: published
moderated_by: editors
moderated_on: 2026-03-09
---

We moved three teams into one room, as [@hazel2021, p. 3] did; see [our page](https://www.example.org/our-page), [what we read](https://www.example.org/gone) and [the guide](http://tinyurl.com/inventedguide).

| Before | After |
|--------|-------|
| 3 | 1 |

> They said so.
"""

WELSH = """---
site: westmarsh
title: Blwyddyn mewn un ystafell
date: 6 April 2026
section: everything
evidence: service-user-feedback
licence: OGL-UK-3.0
language: cy
checks:
  no_personal_data: yes
  approved_by: Head of Services
status: published
moderated_by: editors
moderated_on: 2026-04-09
---

Symudon ni dri thîm i un ystafell, fel y gwnaeth [@rowan2019].
"""

OTHER = """---
number: 2
title: Joint teams
status: live
edition: "1.0"
published: 2026-03
authors:
  - name: Dana Invented
---

## What is the issue? {#issue role=issue}

Teams with one manager [@ash2020, p. 12] and more [@rowan2019].

## Key policy drivers {#policy role=policy}

Nothing new; see [sharing](../01-shared-offices/index.md#everything).

## Activity and research {#activity role=activity}

Some.

### Teams {#teams}

Joint teams have one manager.

!!! signpost "For more information see"
    - [The same address](https://www.example.org/two-years) [@hazel2021]

## Key messages for practice {#key-messages role=key-messages}

- Have one manager.
"""


LOCK = """[run]
monday = 2026-11-23

["http://tinyurl.com/inventedguide"]
state = "redirected"
via = [302]
final = "https://www.example.org/guides/44?a=1&b=2"
since = 2026-10-05

["https://www.example.org/gone"]
state = "dead"
why = "gone"
since = 2026-11-09
archive = "https://web.archive.org/web/20120614103000/https://www.example.org/gone"
archived = 2012-06-14

["https://www.example.org/lost"]
state = "dead"
why = "not-found"
since = 2026-11-09
last_ok = 2026-10-26

["https://www.example.org/hazel"]
state = "dead"
why = "not-found"
since = 2026-11-09
archive = "https://web.archive.org/web/20210302000000/https://www.example.org/hazel"
archived = 2021-03-02
"""
"""What a link record says of invented addresses, one of them in the bibliography."""


def picture(kind: str, size: tuple[int, int] = (240, 160)) -> bytes:
    """An invented picture."""
    out = BytesIO()
    Image.new("RGB", size, (200, 220, 240)).save(out, kind)
    return out.getvalue()


def everything(root: Path) -> Path:
    """A project with two briefings, the first of which holds everything; returns its folder."""
    lay_out(root)
    write(root, BRIEFING, TEXT)
    folder = "briefings/01-shared-offices"
    (root / f"{folder}/updates/northbridge/2026-03-05-one-room.md").unlink()
    write(root, f"{folder}/updates/northbridge/2026-03-05-one-room.md", UPDATE)
    write(root, f"{folder}/updates/westmarsh/2026-04-06-un-ystafell.md", WELSH)
    write(root, SECOND, OTHER)
    write(root, "briefings/links.lock", LOCK)
    works = (root / "references.bib").read_text("utf-8")
    write(root, "references.bib", works.replace("{hazel2021,", "{hazel2021,\n  url = {https://www.example.org/hazel},"))
    (root / folder / "plan.png").write_bytes(picture("PNG"))
    (root / folder / "photo.jpg").write_bytes(picture("JPEG", (400, 300)))
    return root
