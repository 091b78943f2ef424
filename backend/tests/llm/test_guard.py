from __future__ import annotations

import ipaddress

import pytest

from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.guard import check_address, check_base_url, is_local, is_openai

BLOCKED = """
http://169.254.169.254/v1
https://169.254.169.254/v1
https://169.254.170.2/v1
http://169.254.169.254./v1
http://[fe80::1]/v1
http://[fe80::1%25eth0]/v1
http://[fd00:ec2::254]/v1
https://[fd00:ec2::254]/v1
http://100.100.100.200/v1
https://168.63.129.16/v1
http://metadata.google.internal/v1
https://METADATA.google.internal./v1
http://metadata/v1
http://instance-data/latest
http://0.0.0.0:1234/v1
http://0.1.2.3/v1
http://[::]:1234/v1
http://2130706433/v1
http://2852039166/v1
http://0x7f000001/v1
http://0xa9fea9fe/v1
http://0251.0376.0251.0376/v1
http://0177.0.0.1/v1
http://127.1/v1
http://0x7f.1/v1
http://[::ffff:169.254.169.254]/v1
http://[::ffff:127.0.0.1]/v1
http://[::ffff:7f00:1]/v1
http://[64:ff9b::a9fe:a9fe]/v1
http://[2002:a9fe:a9fe::1]/v1
http://224.0.0.1/v1
http://255.255.255.255/v1
http://\uff11\uff16\uff19.254.169.254/v1
http://169\u3002254\u3002169\u3002254/v1
http://user:secret@127.0.0.1:1234/v1
http://user@127.0.0.1:1234/v1
http://@127.0.0.1/v1
http://api.openai.com@evil.example/v1
file:///etc/passwd
ftp://127.0.0.1/v1
gopher://127.0.0.1:70/
unix:///var/run/docker.sock
//127.0.0.1/v1
127.0.0.1:1234/v1
http:///v1
http://
http://127.0.0.1:99999/v1
http://127.0.0.1:0/v1
http://127.0.0.1:x/v1
http://127.0.0.1/v1?to=http://evil.example
http://127.0.0.1/v1#part
http://127.0.0.1\\@evil.example/v1
http://127.0.0.1 /v1
http://8.8.8.8/v1
http://[2001:4860:4860::8888]/v1
""".strip().splitlines()


@pytest.mark.parametrize("url", BLOCKED)
def test_these_are_never_asked(url: str) -> None:
    with pytest.raises(CallFailed) as failed:
        check_base_url(url)
    assert failed.value.failure.cause in {Cause.BLOCKED, Cause.SETTINGS}
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("url", [url for url in BLOCKED if "8.8.8.8" not in url and "4860" not in url])
def test_allowing_http_allows_none_of_them(url: str) -> None:
    with pytest.raises(CallFailed):
        check_base_url(url, allow_http=True)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://192.168.1.148:1234/v1", "http://192.168.1.148:1234/v1"),
        ("http://127.0.0.1:1234/v1/", "http://127.0.0.1:1234/v1"),
        ("http://127.0.0.1:1234", "http://127.0.0.1:1234/v1"),
        ("http://[::1]:1234/v1", "http://[::1]:1234/v1"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1"),
        ("https://api.openai.com/v1", "https://api.openai.com:443/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai:443/api/v1"),
        ("http://10.0.0.7/v1", "http://10.0.0.7:80/v1"),
        ("http://100.64.1.2:8080/v1", "http://100.64.1.2:8080/v1"),
        ("http://[fd12:3456::1]:8000/v1", "http://[fd12:3456::1]:8000/v1"),
        ("HTTPS://API.OpenAI.com/v1", "https://api.openai.com:443/v1"),
    ],
)
def test_these_are_asked(url: str, base: str) -> None:
    assert check_base_url(url).base_url == base


def test_plain_http_to_a_name_holds_for_private_addresses_only() -> None:
    assert check_base_url("http://gpu-box:1234/v1").local_only
    assert not check_base_url("https://gpu-box/v1").local_only
    with pytest.raises(CallFailed):
        check_address(ipaddress.ip_address("8.8.8.8"), local_only=True)
    check_address(ipaddress.ip_address("192.168.1.5"), local_only=True)


def test_http_elsewhere_can_be_allowed() -> None:
    assert not check_base_url("http://8.8.8.8/v1", allow_http=True).local_only


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://localhost:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://192.168.1.148:1234/v1", True),
        ("https://10.1.2.3/v1", True),
        ("http://box.local/v1", True),
        ("https://8.8.8.8/v1", False),
        ("https://name.invalid/v1", False),
        ("http://169.254.169.254/v1", False),
        ("nonsense", False),
    ],
)
def test_what_is_local(url: str, local: bool) -> None:
    assert is_local(url) is local


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("https://API.OPENAI.COM/v1", True),
        ("http://api.openai.com/v1", False),
        ("https://api.openai.com:8443/v1", False),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://evil-api.openai.com/v1", False),
        ("http://127.0.0.1/v1", False),
    ],
)
def test_what_is_openai(url: str, own: bool) -> None:
    assert is_openai(url) is own


def test_an_origin_is_written_without_its_path() -> None:
    assert str(check_base_url("http://[::1]:1234/v1")) == "http://[::1]:1234"
    assert str(check_base_url("https://api.openai.com/v1")) == "https://api.openai.com:443"
