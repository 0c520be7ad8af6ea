import asyncio
import datetime
import ipaddress
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from offhook.errors import ProvisioningFailed
from offhook.phone.provisioning_fetch import MAX_FILE_BYTES, ProvisioningFile, fetch
from tests.fakes.scripted_console import Behaviour, ScriptedConsole, answer, close_at_once, hang, say
from tests.fakes.scripted_files import TOO_LARGE, file, redirect


async def test_a_file_and_the_servers_name_for_it() -> None:
    async with ScriptedConsole(file("x = 1", etag='"7"')) as server:
        assert await fetch(f"{server.url}/a%20b?c=$") == ProvisioningFile(b"x = 1", '"7"')
        assert server.targets == ["/a%20b?c=$"]
        head = server.heads[0].lower()
        assert "authorization" not in head and "if-none-match" not in head and "accept-encoding" not in head


async def test_login_and_what_is_known_already_are_sent() -> None:
    async with ScriptedConsole(answer(304)) as server:
        assert await fetch(server.url, user="ada", password="päss:", etag='"7"') is None
        assert "Authorization: Basic YWRhOnDDpHNzOg==" in server.heads[0]  # UTF-8
        assert 'If-None-Match: "7"' in server.heads[0]


async def test_the_largest_file() -> None:
    async with ScriptedConsole(file(b"#" * MAX_FILE_BYTES)) as server:
        got = await fetch(server.url)
        assert got is not None and len(got.content) == MAX_FILE_BYTES


FAILURES: dict[str, tuple[Behaviour, str]] = {
    "not found": (answer(404), "127.0.0.1: it has no such file (404)"),
    "wrong password": (answer(401), "correct provisioning.user and provisioning.password"),
    "forbidden": (answer(403), "refuses this phone"),
    "server error": (answer(500, b"s3cret"), "answered 500"),
    "not modified, though nobody asked": (answer(304), "answered 304"),
    "a file without end": (say(b"HTTP/1.1 200 OK\r\n\r\n" + b"#" * TOO_LARGE, keep_alive=False), "256 KiB"),
    "too large, and says so": (file(b"#" * TOO_LARGE), "256 KiB"),
    "broken off in the file": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", keep_alive=False), "broke"),
    "broken off before it": (close_at_once, "broke the connection off"),
    "not HTTP": (say(b"SSH-2.0-OpenSSH\r\n\r\n", keep_alive=False), "not HTTP"),
    "a header without end": (say(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20000 + b"\r\n\r\n"), "not HTTP"),
    "redirect to a file": (redirect("file:///etc/passwd"), "no http or https URL"),
    "redirect to nowhere": (redirect(""), "no http or https URL"),
    "redirect to nonsense": (redirect("http://[::"), "no http or https URL"),
    "redirect to a script": (redirect("javascript:alert(1)"), "no http or https URL"),
}


@pytest.mark.parametrize(("behaviour", "words"), list(FAILURES.values()), ids=list(FAILURES))
async def test_no_file_is_said_in_words(behaviour: Behaviour, words: str) -> None:
    async with ScriptedConsole(otherwise=behaviour) as server:
        with pytest.raises(ProvisioningFailed) as caught:
            await fetch(f"{server.url}/s3cret", user="ada", password="s3cret")
        assert words in caught.value.reason
        assert "s3cret" not in str(caught.value)


async def test_a_server_that_hangs_is_left_in_time() -> None:
    async with ScriptedConsole(otherwise=hang) as server:
        with pytest.raises(ProvisioningFailed, match=r"did not answer within 0\.1 s"):
            await fetch(server.url, timeout_s=0.1)


async def test_a_server_that_is_away() -> None:
    server = ScriptedConsole()
    server.reserve()
    with pytest.raises(ProvisioningFailed, match=r"127\.0\.0\.1: connection refused"):
        await fetch(server.url)


async def test_a_host_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(ProvisioningFailed, match=r"phones\.invalid: there is no such host"):
        await fetch("http://phones.invalid/")


async def test_redirects_are_followed_and_the_password_stays_with_its_server() -> None:
    async with ScriptedConsole(file("x = 1")) as other:
        async with ScriptedConsole(redirect("/b", 301), redirect(f"{other.url}/c", 307)) as server:
            got = await fetch(f"{server.url}/a", user="ada", password="s3cret")
        assert got == ProvisioningFile(b"x = 1")
        assert server.targets == ["/a", "/b"] and all("Authorization" in head for head in server.heads)
        assert other.targets == ["/c"] and "Authorization" not in other.heads[0]


async def test_redirects_without_end() -> None:
    async with ScriptedConsole(otherwise=redirect("/again")) as server:
        with pytest.raises(ProvisioningFailed, match="more than 5 times"):
            await fetch(server.url)
        assert len(server.targets) == 6


async def test_from_https_to_http_is_refused_and_a_certificate_that_is_not_trusted_too(
    monkeypatch: pytest.MonkeyPatch, own_certificate: tuple[Path, Path]
) -> None:
    certificate, key = own_certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        with pytest.raises(ProvisioningFailed, match="certificate is not one this computer trusts"):
            await fetch(url)
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=certificate))
        with pytest.raises(ProvisioningFailed, match="from https to http"):
            await fetch(url)
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def own_certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
