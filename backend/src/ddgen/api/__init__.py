"""The REST API: everything that people and programs do with stored dictionaries, over HTTP.

`app.create_app` makes it, `serve.serve` runs it. Nothing heavy is imported until then.
"""
