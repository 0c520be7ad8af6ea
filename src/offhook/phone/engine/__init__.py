"""Call engines behind one port: `virtual` (an in-process exchange, no SIP) and, as an extra, real SIP.

No SIP name leaks out of this package but the status codes that the port defines.
"""
