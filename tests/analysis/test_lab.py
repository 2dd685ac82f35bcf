"""The lab sends requests through changed lists of layers, undoes what they do, and says what it cannot undo."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reqtrace.analysis.experiment_bisect import bisect
from reqtrace.analysis.experiment_changes import Change, ChangeKind, Place, apply_changes
from reqtrace.analysis.experiment_series import try_every_position
from reqtrace.analysis.experiment_symptoms import read_symptom
from reqtrace.analysis.experiments import Attempt, RemarkId, outcome_of
from reqtrace.analysis.lab import Lab, NeedsConsent
from reqtrace.errors import ProjectError, UsageError
from reqtrace.hub.discover import discover
from reqtrace.hub.visit import Visit

pytestmark = pytest.mark.slow

LAB_PROJECT = Path(__file__).parents[1] / "lab_project"
LEFT_ALONE = ("default.sqlite3", "other.sqlite3")


def off(lab: Lab, *names: str) -> tuple[str, ...]:
    return apply_changes(lab.facts.middleware, [Change(kind=ChangeKind.OFF, layer=name) for name in names])


def get(url: str, **options: object) -> Visit:
    return Visit(method="GET", url=url, **options)  # type: ignore[arg-type]


def remarks_of(attempt: Attempt) -> dict[RemarkId, dict[str, str]]:
    return {remark.id: dict(remark.values) for remark in attempt.remarks}


def fingerprint(root: Path) -> dict[str, str]:
    """Every file of a project, by its bytes; without those of Python's own."""
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its databases made."""
    root = tmp_path_factory.mktemp("lab") / "site"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=root, check=True)
    shutil.copy(root / "default.sqlite3", root / "other.sqlite3")
    return root


@pytest.fixture(scope="module")
def lab(root: Path) -> Iterator[Lab]:
    with Lab(discover(root, python=sys.executable), timeout=30) as lab:
        yield lab


@pytest.fixture
def untouched(root: Path) -> Iterator[None]:
    """The test leaves every file of the project as it was."""
    before = fingerprint(root)
    yield
    assert fingerprint(root) == before


# --- experiments -------------------------------------------------------------------------------------------------


def test_original_and_changed(lab: Lab) -> None:
    """An experiment has both traces, each with its own list of layers, and names what differs."""
    made = lab.run(get("/hello/"), off(lab, "XFrameOptions"))
    assert (made.original.status, made.changed.status) == (200, 200)
    assert made.differences == ("header x-frame-options",)
    assert made.original.trace is not None
    assert made.changed.trace is not None
    assert made.changed.trace.chain is not None
    assert [layer.path for layer in made.changed.trace.chain.layers] == list(made.changed.middleware)
    assert len(made.original.trace.passes) == len(lab.facts.middleware)
    assert made.changed.trace.is_complete


def test_no_change_no_difference(lab: Lab) -> None:
    """The same list in a second handler comes to the same."""
    made = lab.run(get("/hello/"), lab.facts.middleware)
    assert made.is_same
    assert made.volatile == frozenset()


def test_what_differs_by_itself_is_no_difference(lab: Lab) -> None:
    """Where two attempts with the same list differ, a changed list may, too."""
    made = lab.run(get("/token/"), off(lab, "XFrameOptions"))
    assert made.volatile == {"body", "header x-request-number"}
    assert made.differences == ("header x-frame-options",)


def test_a_layer_that_fails_to_build(lab: Lab) -> None:
    """A factory that raises is what came of the list: nothing is sent, and the cause is told."""
    added = apply_changes(lab.facts.middleware, [Change(kind=ChangeKind.ADD, layer="lab_layers.Fails")])
    made = lab.run(get("/hello/"), added)
    assert "this layer has no key" in made.changed.failure
    assert made.changed.trace is None
    assert lab.run(get("/hello/"), lab.facts.middleware).is_same


def test_settings_say_the_list_that_is_tried(lab: Lab) -> None:
    """Code that looks at settings.MIDDLEWARE during the request sees the changed list."""
    attempt = lab.attempt(get("/hello/"), ["lab_layers.SeesList", "lab_layers.Stamp"])
    assert ("X-List", "2") in attempt.headers


@pytest.mark.parametrize("url", ["/slow/", "/awrite/", "/write/", "/hello/"])
@pytest.mark.usefixtures("untouched")
def test_asgi(lab: Lab, url: str) -> None:
    """The ASGI handler is led to another one alike, and what happens in its threads is undone alike."""
    visit = get(url, is_asgi=True)
    made = lab.run(visit, off(lab, "XFrameOptions"))
    assert (made.original.status, made.changed.status) == (200, 200)
    assert made.differences == ("header x-frame-options",)
    assert made.changed.trace is not None
    assert made.changed.trace.summary.entry == "asgi"


def test_every_request_begins_afresh(lab: Lab) -> None:
    """What one request leaves in its thread, the next one does not find."""
    first, second = (lab.attempt(get("/language/")) for _ in range(2))
    assert first.digest == second.digest


def test_exception_that_nobody_meant(lab: Lab) -> None:
    """The names of exceptions are part of the outcome."""
    assert outcome_of(lab.attempt(get("/fail/"))).exceptions == ("KeyError",)


# --- isolation ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("untouched")
def test_databases_caches_and_sessions_are_as_they_were(lab: Lab) -> None:
    """Rows in both databases, a session and a cache entry are gone; on_commit hooks are told, not run."""
    for _ in range(3):
        attempt = lab.attempt(get("/write/"))
        assert attempt.status == 200
        assert remarks_of(attempt)[RemarkId.ON_COMMIT] == {"alias": "default", "count": "1"}
    assert attempt.digest == hashlib.sha256(b"1 1 0").hexdigest()


@pytest.mark.parametrize("is_asgi", [False, True])
def test_transactions_of_the_project_work_as_ever(lab: Lab, is_asgi: bool) -> None:
    """Code that catches an error of the database goes on; what is given up is given up, and nothing else."""
    attempt = lab.attempt(get("/recover/", is_asgi=is_asgi))
    assert attempt.body == b"kept, twice"


@pytest.mark.usefixtures("untouched")
def test_other_threads_write_into_the_same_transaction(lab: Lab) -> None:
    """What a view writes in a thread of its own is seen by the view, and rolled back."""
    for _ in range(2):
        assert lab.attempt(get("/write_in_thread/")).digest == hashlib.sha256(b"1").hexdigest()


@pytest.mark.usefixtures("untouched")
def test_a_thread_that_goes_on_writes_nothing(lab: Lab) -> None:
    """After the response its statements are refused, and it is told."""
    assert RemarkId.THREAD in remarks_of(lab.attempt(get("/linger/")))
    deadline, told = time.monotonic() + 10, ""
    while "lets nothing through" not in told:
        assert time.monotonic() < deadline, told
        threading.Event().wait(0.02)
        told += lab_output(lab)
    assert lab.attempt(get("/write_in_thread/")).digest == hashlib.sha256(b"1").hexdigest()


def lab_output(lab: Lab) -> str:
    assert lab._process is not None
    return lab._process.take_output()


def test_caches_are_empty_for_each_experiment(lab: Lab) -> None:
    """A counter in the cache begins anew."""
    assert lab.attempt(get("/remember/")).digest == lab.attempt(get("/remember/")).digest


def test_several_requests_share_one_world(lab: Lab) -> None:
    """Requests that are sent together find what those before them left."""
    digests = [attempt.digest for attempt in lab.attempts([get("/remember/")] * 3)]
    assert digests == [hashlib.sha256(str(n).encode()).hexdigest() for n in range(3)]


def test_mail_is_told(lab: Lab) -> None:
    """A message goes nowhere; its subject and the number of its recipients are told."""
    attempt = lab.attempt(get("/mail/"))
    assert attempt.status == 200
    assert remarks_of(attempt)[RemarkId.MAIL] == {"recipients": "2", "subject": "Your order"}


@pytest.mark.parametrize(("url", "address"), [("/fetch/", "example.com:80"), ("/datagram/", "127.0.0.1:9")])
def test_networks_are_refused(lab: Lab, url: str, address: str) -> None:
    """A connection is refused before the name is looked up, with an error the code can handle, and told."""
    attempt = lab.attempt(get(url))
    assert attempt.status in (500, 502)
    assert remarks_of(attempt)[RemarkId.CONNECTION] == {"address": address}


@pytest.mark.usefixtures("untouched")
def test_commit_by_hand_is_refused(lab: Lab) -> None:
    """A COMMIT in SQL would end our transaction: it fails, and is told."""
    attempt = lab.attempt(get("/commit/"))
    assert attempt.status == 500
    assert remarks_of(attempt)[RemarkId.STATEMENT] == {"alias": "default", "statement": "COMMIT"}


@pytest.mark.parametrize(
    ("url", "remark"),
    [
        ("/past_django/", RemarkId.DATABASE_FILE),
        ("/upload/", RemarkId.FILE),
        ("/program/", RemarkId.PROGRAM),
    ],
)
def test_what_cannot_be_isolated_is_told(lab: Lab, url: str, remark: RemarkId) -> None:
    """Files, programs and connections past Django happen, and each is named."""
    attempt = lab.attempt(get(url))
    assert attempt.status == 200
    assert remark.is_leak
    values = remarks_of(attempt)[remark]
    assert values["path"].endswith(("own.sqlite3", "upload.txt", os.path.basename(sys.executable)))


def test_harmless_requests_have_no_remark(lab: Lab) -> None:
    """A page that only reads gives nothing to say."""
    assert not lab.attempt(get("/hello/")).remarks
    assert not lab.facts.remarks


@pytest.mark.usefixtures("untouched")
def test_database_is_byte_identical_after_many_experiments(lab: Lab, root: Path) -> None:
    """After any number of experiments the databases are as they were, and can be written by others."""
    for number in range(30):
        lab.attempt(get("/write/"), lab.facts.middleware[number % 3 :] if number % 2 else None)
    with closing(sqlite3.connect(root / "default.sqlite3", timeout=0.1)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.rollback()


# --- asking first ------------------------------------------------------------------------------------------------


def test_unsafe_methods_need_consent(lab: Lab) -> None:
    """A POST is not sent unless a person has agreed."""
    visit = Visit(method="POST", url="/post/", body="name=x", content_type="application/x-www-form-urlencoded")
    with pytest.raises(NeedsConsent, match="POST is meant to change something"):
        lab.run(visit, lab.facts.middleware)
    made = lab.run(visit, off(lab, "CsrfView"), has_consent=True)
    assert (made.original.status, made.changed.status) == (403, 200)


def test_a_user_whom_nobody_reads(lab: Lab, root: Path) -> None:
    """With SessionMiddleware off the session of a user is sent and not read, which is what came of it."""
    script = "from django.contrib.auth.models import User; User.objects.get_or_create(username='ada')"
    subprocess.run([sys.executable, "manage.py", "shell", "-c", script], cwd=root, check=True, capture_output=True)
    made = lab.run(get("/who/", username="ada"), off(lab, "Session", "Authentication", "Message"))
    assert (made.original.body, made.original.status) == (b"ada", 200)
    assert outcome_of(made.changed).exceptions == ("AttributeError",)


def test_unknown_user(lab: Lab) -> None:
    """--as somebody who does not exist is refused with what there is, and the lab goes on."""
    with pytest.raises(UsageError, match="There is no user"):
        lab.attempt(get("/who/", username="nobody"))
    assert lab.attempt(get("/hello/")).status == 200


# --- series ------------------------------------------------------------------------------------------------------


def test_every_position(lab: Lab) -> None:
    """Sessions work above authentication and nowhere below it."""
    table = try_every_position(lab, get("/who/"), lab.facts.middleware, "Session")
    assert [group.positions for group in table.groups] == [(1, 2, 3, 4), (5, 6, 7, 8, 9)]
    assert [group.outcome.status for group in table.groups] == [200, 500]


def test_pages_about_the_same_exception_are_the_same_outcome(lab: Lab) -> None:
    """Django's debug page lists MIDDLEWARE, so its body differs from one list to the next."""
    attempt = lab.attempt(get("/fail/"))
    other = replace(attempt, digest="another", headers=(*attempt.headers, ("Content-Length", "7")))
    assert outcome_of(other) == outcome_of(attempt)
    fine = lab.attempt(get("/hello/"))
    assert outcome_of(replace(fine, digest="another")) != outcome_of(fine)


def test_bisect_finds_several(lab: Lab) -> None:
    """A header that two layers set is gone only without both."""
    found = bisect(lab, get("/hello/"), lab.facts.middleware, read_symptom("header X-Stamp"))
    assert [cause.layers for cause in found.causes] == [(6, 7)]
    assert found.is_fewest


def test_bisect_finds_one(lab: Lab) -> None:
    """A header that one layer sets."""
    found = bisect(lab, get("/hello/"), lab.facts.middleware, read_symptom("header X-Frame-Options: deny"))
    assert [cause.layers for cause in found.causes] == [(8,)]


def test_bisect_looks_elsewhere(lab: Lab) -> None:
    """What the view does is there without any layer."""
    found = bisect(lab, get("/fail/"), lab.facts.middleware, read_symptom("exception KeyError"))
    assert found.is_elsewhere
    assert not found.causes


class OtherList:
    """The lab, as if its project had another list."""

    def __init__(self, lab: Lab, middleware: Sequence[str]) -> None:
        self.lab = lab
        self.middleware = middleware

    def baseline(self, visit: Visit, *, has_consent: bool = False) -> tuple[Attempt, frozenset[str]]:
        return self.attempt(visit, self.middleware, has_consent=has_consent), frozenset()

    def attempt(self, visit: Visit, middleware: Sequence[str] | None = None, *, has_consent: bool = False) -> Attempt:
        return self.lab.attempt(visit, middleware, has_consent=has_consent)


@pytest.mark.parametrize(("added", "causes"), [(["lab_layers.Unframe"], [(0,)]), ([], [])])
def test_bisect_finds_who_takes_a_header_away(lab: Lab, added: list[str], causes: list[tuple[int, ...]]) -> None:
    """What is missing without any layer, too, can still be one layer's doing; else it is nobody's."""
    middleware = [*added, *(lab.facts.middleware if added else lab.facts.middleware[:4])]
    symptom = read_symptom("no header X-Frame-Options")
    found = bisect(OtherList(lab, middleware), get("/hello/"), middleware, symptom)
    assert [cause.layers for cause in found.causes] == causes
    assert found.is_elsewhere is (not added)


# --- the process -------------------------------------------------------------------------------------------------


def test_a_list_that_cannot_be_built_is_still_to_be_tried(tmp_path: Path) -> None:
    """A project whose own list fails can be asked what were if the layer were off."""
    root = tmp_path / "broken"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    settings = root / "lab_settings.py"
    settings.write_text(settings.read_text().replace("lab_layers.Stamp", "lab_layers.Fails"))
    with Lab(discover(root, python=sys.executable)) as broken:
        assert "this layer has no key" in broken.facts.failure
        for is_asgi in (False, True):
            made = broken.run(get("/hello/", is_asgi=is_asgi), off(broken, "Fails", "Session", "Auth", "Message"))
            assert made.original.failure
            assert made.changed.status == 200


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("MIDDLEWARE = [", "MIDDLEWARE = 'django.middleware.common.CommonMiddleware'\n_ = [", "no list but str"),
        ('"lab_urls"', '"lab_urls"\nraise RuntimeError("not today")', "not today"),
        ("django.db.backends.sqlite3", "django.db.backends.nosuch", "nosuch"),
    ],
    ids=["no list", "broken settings", "no driver"],
)
def test_projects_that_cannot_be_brought_up(old: str, new: str, message: str, tmp_path: Path) -> None:
    """What is wrong with the project is said in a sentence, and nothing stays behind."""
    root = tmp_path / "broken"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    settings = root / "lab_settings.py"
    settings.write_text(settings.read_text().replace(old, new))
    with pytest.raises(ProjectError, match=message):
        Lab(discover(root, python=sys.executable)).start()


def test_a_database_that_cannot_roll_back(tmp_path: Path) -> None:
    """Even a GET needs a person's consent; then it is sent, and what stays is said."""
    root = tmp_path / "unsafe"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    settings = root / "lab_settings.py"
    text = settings.read_text()
    settings.write_text(text.replace("django.db.backends.sqlite3", "lab_backend", 1))
    with Lab(discover(root, python=sys.executable)) as lab:
        (remark,) = lab.facts.reasons_to_ask
        assert dict(remark.values) == {"alias": "default", "cause": "no transactions"}
        with pytest.raises(NeedsConsent, match=r"the database default cannot be rolled back \(no transactions\)"):
            lab.run(get("/hello/"), lab.facts.middleware)
        assert lab.run(get("/hello/"), lab.facts.middleware, has_consent=True).is_same


def test_caches_and_sessions_of_other_kinds(tmp_path: Path) -> None:
    """A cache with methods of its own is told as replaced, and sessions in files are kept elsewhere meanwhile."""
    root = tmp_path / "kinds"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "sessions").mkdir()
    settings = root / "lab_settings.py"
    text = settings.read_text().replace("django.core.cache.backends.filebased.FileBasedCache", "lab_layers.OwnCache")
    text += "\nSESSION_ENGINE = 'django.contrib.sessions.backends.file'\nSESSION_FILE_PATH = BASE_DIR / 'sessions'\n"
    settings.write_text(text)
    with Lab(discover(root, python=sys.executable)) as lab:
        told = {remark.id: dict(remark.values) for remark in lab.facts.remarks}
        assert told[RemarkId.CACHE] == {"alias": "default", "backend": "lab_layers.OwnCache"}
        assert told[RemarkId.SESSION_STORE] == {"engine": "file"}
        attempt = lab.attempt(get("/visit/"))
        assert any(name == "Set-Cookie" for name, _ in attempt.headers)
        assert not remarks_of(attempt)
        assert not list((root / "sessions").iterdir())


def test_a_view_that_ends_python(lab: Lab) -> None:
    """SystemExit is told as what came of the request; the lab goes on."""
    assert "SystemExit" in lab.attempt(get("/leave/")).failure
    assert lab.attempt(get("/hello/")).status == 200


def test_a_request_that_never_ends(root: Path) -> None:
    """The lab is ended when time is up, says so, and starts anew with the next question."""
    (root / "lab_waits.py").write_text("import time\ndef waits(get_response):\n    time.sleep(60)\n")
    with Lab(discover(root, python=sys.executable), timeout=2) as slow:
        slow.facts  # noqa: B018  it is up
        with pytest.raises(ProjectError, match="did not come to an end within 2 seconds"):
            slow.attempt(get("/hello/"), ["lab_waits.waits"])
        assert slow.attempt(get("/hello/")).status == 200
    (root / "lab_waits.py").unlink()
    with pytest.raises(ProjectError, match="is closed"):
        slow.attempt(get("/hello/"))


def test_an_edited_project_is_brought_up_anew(tmp_path: Path) -> None:
    """After a module of the project was changed, the next experiment is made with what it is now."""
    root = tmp_path / "edited"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    urls = root / "lab_urls.py"
    with Lab(discover(root, python=sys.executable)) as lab:
        first = lab.run(get("/hello/"), off(lab, "XFrame"))
        assert first.changed.body == b"hello"
        urls.write_text(urls.read_text().replace('HttpResponse("hello")', 'HttpResponse("good day")'))
        edited = lab.run(get("/hello/"), off(lab, "XFrame"))
        assert (edited.original.body, edited.changed.body) == (b"good day", b"good day")
        assert edited.differences == ("header x-frame-options",)
        (root / "lab_settings.py").write_text("nonsense(")
        with pytest.raises(ProjectError, match="syntax error"):
            lab.run(get("/hello/"), off(lab, "XFrame"))


def test_closing_while_it_works(root: Path) -> None:
    """close() ends an experiment that another thread waits for; nothing is left of it."""
    lab = Lab(discover(root, python=sys.executable))
    lab.start()
    pid = lab._process.pid if lab._process is not None else None
    assert pid is not None
    failures: list[ProjectError] = []

    def work() -> None:
        try:
            while True:
                lab.attempt(get("/hello/"))
        except ProjectError as error:
            failures.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    lab.close()
    worker.join(10)
    assert failures
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_place_of_moves(lab: Lab) -> None:
    """A layer that is moved is in the new place of the real chain."""
    move = Change(kind=ChangeKind.MOVE, layer="XFrame", place=Place.FIRST)
    made = lab.run(get("/hello/"), apply_changes(lab.facts.middleware, [move]))
    assert made.changed.trace is not None
    assert made.changed.trace.passes[0].layer.name == "XFrameOptionsMiddleware"
