"""The source document as code: events, variables, keys, Action URL and Active URI. No I/O.

Imports nothing but `offhook.errors` and the standard library's pure parts. Names are the document's own spelling.
Source: DOC §2 (Action URL), §3 (Active URI).
"""
