"""What `habitus import --json` says, as counts that tests compare."""


def counts(summary):
    """Rows read, events stored, events known before, ids known with another content, rows refused by reason."""
    names = ("read", "stored", "duplicates", "differing")
    return {name: summary[name] for name in names} | {"refused": summary["refused"]}


def everything(read):
    """The counts of an import in which every row became an event."""
    return {"read": read, "stored": read, "duplicates": 0, "differing": 0, "refused": {}}


def nothing_new(read, refused=None):
    """The counts of an import whose events were all stored before."""
    refused = refused or {}
    duplicates = read - sum(refused.values())
    return {"read": read, "stored": 0, "duplicates": duplicates, "differing": 0, "refused": refused}
