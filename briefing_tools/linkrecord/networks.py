"""Tell public from private: which network addresses anybody on the internet can reach."""

import ipaddress


def is_public(address: str) -> bool:
    """Whether a network address is one that anybody on the internet can reach; what is no address is not.

    Addresses of the older protocol that are wrapped in one of the newer (mapped, 6to4, NAT64, Teredo) are unwrapped.
    Source: the IANA special-purpose registries, as Python's `ipaddress` has them.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
