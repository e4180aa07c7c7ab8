"""accsyn: its entities, their creation, places and statuses, and `Session`."""

from skysyn.dialects.accsyn.catalog import ENTITIES, find_model
from skysyn.dialects.accsyn.clients import (
    App,
    Browser,
    Client,
    Lane,
    Server,
    UserServer,
)
from skysyn.dialects.accsyn.creation import (
    Invitation,
    NewCollection,
    NewCompute,
    NewDelivery,
    NewFolder,
    NewHome,
    NewRequest,
    NewStream,
    NewTask,
    NewTransfer,
    NewVolume,
)
from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.accsyn.entities import (
    Acl,
    AnyJob,
    Collection,
    Compute,
    Delivery,
    Engine,
    File,
    Folder,
    Home,
    Job,
    Queue,
    Request,
    Share,
    Site,
    Stream,
    Task,
    Transfer,
    User,
    Volume,
    Workspace,
)
from skysyn.dialects.accsyn.model import Entity
from skysyn.dialects.accsyn.parties import Party
from skysyn.dialects.accsyn.places import Host, Place, Root
from skysyn.dialects.accsyn.predicates import raw
from skysyn.dialects.accsyn.query import EntityQuery
from skysyn.dialects.accsyn.statuses import (
    Availability,
    ClientStatus,
    ClientType,
    JobStatus,
    QueueStatus,
    Role,
    TaskStatus,
)
from skysyn.errors import SkysynError as AccsynException
from skysyn.session.accsyn import AccsynSession
from skysyn.session.accsyn_access import Recipient, Rights
from skysyn.session.accsyn_files import FileEntry, Listing
from skysyn.session.accsyn_workspace import Page, PublishFile

from .session import Session

__all__ = [
    "ENTITIES",
    "Accsyn",
    "AccsynException",
    "AccsynSession",
    "Acl",
    "AnyJob",
    "App",
    "Availability",
    "Browser",
    "Client",
    "ClientStatus",
    "ClientType",
    "Collection",
    "Compute",
    "Delivery",
    "Engine",
    "Entity",
    "EntityQuery",
    "File",
    "FileEntry",
    "Folder",
    "Home",
    "Host",
    "Invitation",
    "Job",
    "JobStatus",
    "Lane",
    "Listing",
    "NewCollection",
    "NewCompute",
    "NewDelivery",
    "NewFolder",
    "NewHome",
    "NewRequest",
    "NewStream",
    "NewTask",
    "NewTransfer",
    "NewVolume",
    "Page",
    "Party",
    "Place",
    "PublishFile",
    "Queue",
    "QueueStatus",
    "Recipient",
    "Request",
    "Rights",
    "Role",
    "Root",
    "Server",
    "Session",
    "Share",
    "Site",
    "Stream",
    "Task",
    "TaskStatus",
    "Transfer",
    "User",
    "UserServer",
    "Volume",
    "Workspace",
    "find_model",
    "raw",
]
