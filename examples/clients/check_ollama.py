"""The ollama client through the gateway: models, NDJSON streams, embeddings, limits.

The key travels as `X-API-Key`.
"""

import common
import ollama

args = common.options(__doc__)
MODEL = "stand-in:latest"
MESSAGES = [{"role": "user", "content": "Say something."}]


def client(url, key=args.key):
    return ollama.Client(host=url, headers={"X-API-Key": key}, verify=common.trust(args))


llm = client(args.llm_url)


def models():
    names = [model.model for model in llm.list().models]
    assert names, "no models"
    return ", ".join(names)


def show():
    return f"capabilities {llm.show(MODEL).capabilities}"


def chat():
    answer = llm.chat(MODEL, MESSAGES, options={"num_predict": 5})
    assert answer.message.content and answer.done
    return f"{answer.eval_count} tokens"


def chat_streamed():
    arrivals = common.Arrivals()
    last = None
    for last in llm.chat(MODEL, MESSAGES, stream=True, options={"num_predict": 20}):
        if last.message.content:
            arrivals.mark()
    assert last.done and last.eval_count == 20, last
    return arrivals.expect_streamed()


def generate_streamed():
    arrivals = common.Arrivals()
    for part in llm.generate(MODEL, "Once", stream=True, options={"num_predict": 20}):
        if part.response:
            arrivals.mark()
    return arrivals.expect_streamed()


def generate_cancelled():
    before = common.stats(args, args.llm_url)
    stream = llm.generate(MODEL, "Once", stream=True, options={"num_predict": 400})
    for _ in zip(range(3), stream):
        pass
    stream.close()
    return common.expect_cancelled(args, args.llm_url, before)


def embed():
    answer = llm.embed(MODEL, ["one", "two", "one"])
    assert answer.embeddings[0] == answer.embeddings[2] != answer.embeddings[1]
    return f"3 vectors of {len(answer.embeddings[0])}"


def wrong_key():
    if args.limited_url == "-":
        raise common.Skip("no gateway here")
    try:
        client(args.llm_url, key="wrong").list()
    except ollama.ResponseError as error:
        assert error.status_code == 401, error.status_code
        return "ResponseError 401"
    raise AssertionError("a wrong key was accepted")


def rate_limited():
    limited = client(common.limited_url(args))
    for sent in range(50):
        try:
            limited.list()
        except ollama.ResponseError as error:
            assert error.status_code == 429, error.status_code
            return f"ResponseError 429 after {sent} requests: {error.error}"
    raise AssertionError("50 requests were not limited")


if __name__ == "__main__":
    common.run(
        [
            models,
            show,
            chat,
            chat_streamed,
            generate_streamed,
            generate_cancelled,
            embed,
            wrong_key,
            rate_limited,
        ]
    )
