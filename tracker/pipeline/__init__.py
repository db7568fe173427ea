"""The order of stages: the only place that sees all the rooms.

Belongs here: what happens after what, and which value goes where. Does not belong here: how a stage does its work, or
how a result is shown on a terminal.
"""

from tracker.pipeline.adding import Suggestion, accept_suggestion, suggest_document
from tracker.pipeline.batch import compare_rows
from tracker.pipeline.cache import Cache
from tracker.pipeline.checking import Trial, check_corrections, try_documents
from tracker.pipeline.demo import DemoNight, run_demo
from tracker.pipeline.doctor import Finding, diagnose
from tracker.pipeline.exporting import (
    ExportChoice,
    ExportCount,
    export_collection,
    export_csv,
    export_json,
    export_sqlite,
)
from tracker.pipeline.importing import import_folder
from tracker.pipeline.logs import DocumentLog, read_logs
from tracker.pipeline.mementos import ImportedMemento
from tracker.pipeline.night import run_night
from tracker.pipeline.ota import OtaImport, import_ota
from tracker.pipeline.pairs import Pair, compare_pair, read_version_file
from tracker.pipeline.reading import Reader, RevisionPair
from tracker.pipeline.site import build_site
from tracker.pipeline.verifying import Verification, verify_archive
from tracker.pipeline.wayback import WAYBACK_MINUTES, WaybackImport, import_wayback, open_wayback
from tracker.pipeline.withholding import WithholdingDone, withhold_version
from tracker.pipeline.workspace import Fetch, Workspace

__all__ = [
    "WAYBACK_MINUTES",
    "Cache",
    "DemoNight",
    "DocumentLog",
    "ExportChoice",
    "ExportCount",
    "Fetch",
    "Finding",
    "ImportedMemento",
    "OtaImport",
    "Pair",
    "Reader",
    "RevisionPair",
    "Suggestion",
    "Trial",
    "Verification",
    "WaybackImport",
    "WithholdingDone",
    "Workspace",
    "accept_suggestion",
    "build_site",
    "check_corrections",
    "compare_pair",
    "compare_rows",
    "diagnose",
    "export_collection",
    "export_csv",
    "export_json",
    "export_sqlite",
    "import_folder",
    "import_ota",
    "import_wayback",
    "open_wayback",
    "read_logs",
    "read_version_file",
    "run_demo",
    "run_night",
    "suggest_document",
    "try_documents",
    "verify_archive",
    "withhold_version",
]
