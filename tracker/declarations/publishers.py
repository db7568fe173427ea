"""Reading `transparency/<Publisher>.json`: whose reports are followed, where they are, which policy governs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from tracker.declarations.reading import Fault, errors_of, read_json
from tracker.declarations.schema import LONGEST_URL, check_url, read_model
from tracker.errors import DeclarationError
from tracker.model import DocumentKey

_MOST_DATASETS: Final = 20
_MOST_PUBLISHERS: Final = 500


def _check_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("this must be one line of visible text, and not empty")
    return text.strip()


def _check_document(text: str) -> str:
    DocumentKey.parse(text)
    return text


_Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_check_line)]


class DatasetModel(BaseModel):
    """A dataset of figures that is fetched."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: _Line
    fetch: Annotated[str, StringConstraints(max_length=LONGEST_URL), AfterValidator(check_url)]
    form: _Line | None = None
    credit: _Line = ""


class PublisherModel(BaseModel):
    """One publisher of transparency reports."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    document: Annotated[str, StringConstraints(max_length=500), AfterValidator(_check_document)] | None = None
    made_up: bool = False
    datasets: Annotated[list[DatasetModel], Field(max_length=_MOST_DATASETS)] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset of figures that is fetched."""

    name: str
    url: str
    form: str | None
    """None where the address tells it by its ending."""
    credit: str
    """Whom to name, and the licence; `""` where nobody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose reports are followed."""

    name: str
    document: DocumentKey | None = None
    """The policy that governs what is given; None for the publisher's privacy policy, where there is one."""
    is_made_up: bool = False
    """Whether its figures are an invention, which every page then says."""
    datasets: tuple[Dataset, ...] = ()
    file: str = ""
    """Path of the file that says so, as given; `""` where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPublishers:
    """What a folder says of publishers, and what is wrong with it."""

    publishers: tuple[Publisher, ...] = ()
    errors: tuple[DeclarationError, ...] = ()


def load_publishers(folder: Path) -> LoadedPublishers:
    """Return every publisher that a `.json` file in `folder` is about; a folder that is absent is about none."""
    if not folder.is_dir():
        return LoadedPublishers()
    paths = sorted(path for path in folder.iterdir() if path.suffix == ".json" and not path.name.startswith("."))
    return load_publisher_files(paths)


def load_publisher_files(paths: Sequence[Path]) -> LoadedPublishers:
    """Return the publishers that these files are about, and what is wrong with them."""
    publishers: list[Publisher] = []
    errors: list[DeclarationError] = []
    for path in paths[_MOST_PUBLISHERS:]:
        errors += errors_of([Fault((), f"only {_MOST_PUBLISHERS} files are read")], file=str(path), service=path.stem)
    for path in paths[:_MOST_PUBLISHERS]:
        value, faults = read_json(path)
        read: PublisherModel | None = None
        listed = list(faults)
        if not listed:
            read, listed = read_model(PublisherModel, value, ())
        if read is not None and len({dataset.name for dataset in read.datasets}) != len(read.datasets):
            listed = [Fault(("datasets",), "two datasets have one name")]
        if read is None or listed:
            errors += errors_of(listed, file=str(path), service=path.stem)
            continue
        publishers.append(
            Publisher(
                name=path.stem,
                document=None if read.document is None else DocumentKey.parse(read.document),
                is_made_up=read.made_up,
                datasets=tuple(
                    Dataset(name=dataset.name, url=dataset.fetch, form=dataset.form, credit=dataset.credit)
                    for dataset in read.datasets
                ),
                file=str(path),
            )
        )
    return LoadedPublishers(publishers=tuple(publishers), errors=tuple(errors))
