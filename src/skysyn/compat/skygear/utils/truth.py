"""Truth: texts that say yes or no."""


def strtobool(val: str) -> bool:
    """Return what a text such as `yes` or `off` says."""
    match val.lower():
        case "y" | "yes" | "t" | "true" | "on" | "1":
            return True
        case "n" | "no" | "f" | "false" | "off" | "0":
            return False
        case _:
            msg = f"invalid truth value {val!r}"
            raise ValueError(msg)
