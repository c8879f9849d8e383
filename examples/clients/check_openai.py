"""The openai client through the gateway: LLM, speech, transcription, limits.

The key travels as `Authorization: Bearer KEY`, as the SDK sends it.
"""

import time

import common
import httpx2
import openai

args = common.options(__doc__)
MODEL = "stand-in:latest"
MESSAGES = [{"role": "user", "content": "Say something."}]


def client(url, **more):
    more.setdefault("max_retries", 0)
    return openai.OpenAI(
        base_url=url + "/v1",
        api_key=more.pop("key", args.key),
        http_client=httpx2.Client(verify=common.trust(args)),
        **more,
    )


llm = client(args.llm_url)


def models():
    names = [model.id for model in llm.models.list()]
    assert names, "no models"
    return ", ".join(names)


def chat():
    answer = llm.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)
    assert answer.choices[0].message.content
    return f"{answer.usage.completion_tokens} tokens"


def chat_streamed():
    arrivals = common.Arrivals()
    text = ""
    stream = llm.chat.completions.create(
        model=MODEL,
        messages=MESSAGES,
        max_tokens=20,
        stream=True,
        stream_options={"include_usage": True},
    )
    usage = None
    for chunk in stream:
        usage = chunk.usage or usage
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            arrivals.mark()
    assert usage and usage.completion_tokens == 20, usage
    return arrivals.expect_streamed()


def chat_cancelled():
    before = common.stats(args, args.llm_url)
    with llm.chat.completions.create(
        model=MODEL, messages=MESSAGES, max_tokens=400, stream=True
    ) as stream:
        for _ in zip(range(3), stream):
            pass
    return common.expect_cancelled(args, args.llm_url, before)


def completion():
    answer = llm.completions.create(model=MODEL, prompt="Once", max_tokens=3)
    assert answer.choices[0].text
    return answer.choices[0].text.strip()


def embeddings():
    answer = llm.embeddings.create(model=MODEL, input=["one", "two"])
    assert len(answer.data) == 2 and len(answer.data[0].embedding) > 1
    return f"2 vectors of {len(answer.data[0].embedding)}"


def speech():
    if args.tts_url == "-":
        raise common.Skip("no speech service here")
    tts = client(args.tts_url)
    with tts.audio.speech.with_streaming_response.create(
        model="kokoro", voice="af_heart", input="Hello from the gateway.", response_format="wav"
    ) as response:
        audio = b"".join(response.iter_bytes())
        kind = response.headers["content-type"]
    assert audio[:4] == b"RIFF" and kind == "audio/wav", (audio[:4], kind)
    assert int.from_bytes(audio[4:8], "little") == len(audio) - 8, "the audio is cut"
    return f"{len(audio)} bytes of {kind}"


def transcription_of_4_5_mb():
    if args.stt_url == "-":
        raise common.Skip("no transcription service here")
    note = bytes(4_500_000)
    answer = client(args.stt_url).audio.transcriptions.create(
        model="whisper-1", file=("note.wav", note, "audio/wav")
    )
    digits = "".join(c for c in answer.text if c.isdigit())
    assert int(digits) >= len(note), answer.text
    return answer.text


def wrong_key():
    if args.limited_url == "-":
        raise common.Skip("no gateway here")
    try:
        client(args.llm_url, key="wrong").models.list()
    except openai.AuthenticationError as error:
        return f"AuthenticationError {error.status_code}"
    raise AssertionError("a wrong key was accepted")


def rate_limited():
    """Without retries the client raises RateLimitError, which carries Retry-After."""
    limited = client(common.limited_url(args))
    for sent in range(50):
        try:
            limited.models.list()
        except openai.RateLimitError as error:
            seconds = int(error.response.headers["retry-after"])
            assert seconds >= 1, seconds
            return f"RateLimitError after {sent} requests, retry-after {seconds} s: {error.message}"
    raise AssertionError("50 requests were not limited")


def rate_limit_retried():
    """With retries the client waits as Retry-After says, and gets its answer."""
    limited = client(common.limited_url(args), max_retries=5)
    start = time.monotonic()
    limited.models.list()
    waited = time.monotonic() - start
    assert waited > 0.5, f"not limited: {waited:.2f} s"
    return f"answered after a wait of {waited:.1f} s"


if __name__ == "__main__":
    common.run(
        [
            models,
            chat,
            chat_streamed,
            chat_cancelled,
            completion,
            embeddings,
            speech,
            transcription_of_4_5_mb,
            wrong_key,
            rate_limited,
            rate_limit_retried,
        ]
    )
