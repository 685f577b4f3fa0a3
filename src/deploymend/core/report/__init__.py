"""Telling an incident: as lines while it happens, as one message at its end, as the seed's state document."""

from deploymend.core.report.document import state_document
from deploymend.core.report.messages import deployed_message, incident_message
from deploymend.core.report.story import Line, Mark, repair_lines, story

__all__ = ["Line", "Mark", "deployed_message", "incident_message", "repair_lines", "state_document", "story"]
