"""Reads the body of an answer up to a limit, so that a server cannot fill our memory."""

import aiohttp


class BodyTooLong(aiohttp.ClientPayloadError):
    """The body is longer than any answer that the server may give."""


async def read_body(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body after decompression; raises ClientError, also for more than `most` bytes."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > most:
            raise BodyTooLong
    return bytes(body)
