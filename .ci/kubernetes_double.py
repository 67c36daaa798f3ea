"""As much of a Kubernetes API server as spark-submit talks to: it keeps what is created, and ends every driver pod."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class ApiServer:
    """Answers on 127.0.0.1 until closed; `created` has (kind, object) in order."""

    def __init__(self, driver_exit_code: int = 0):
        self.created = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, body: dict, status: int = 200):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def keep(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body.setdefault("metadata", {}).update(uid=f"uid-{len(double.created)}", resourceVersion="1")
                double.created.append((body["kind"], body))
                self.answer(body, 201)

            do_POST = do_PUT = do_PATCH = keep

            def do_DELETE(self):
                self.answer({"kind": "Status", "apiVersion": "v1", "status": "Success"})

            def do_GET(self):
                url = urlsplit(self.path)
                if parse_qs(url.query).get("watch") == ["true"]:
                    self.watch()
                    return
                kind, _, name = url.path.removeprefix("/api/v1/namespaces/longread/").partition("/")
                found = [o for k, o in double.created if k.lower() + "s" == kind and o["metadata"]["name"] == name]
                if name and not found:
                    self.answer({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}, 404)
                elif name:
                    self.answer(ended(found[-1], driver_exit_code))
                else:
                    self.answer({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []})

            def watch(self):
                try:
                    self.tell_of_drivers()
                except ConnectionError:
                    pass  # it has heard enough

            def tell_of_drivers(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for _ in range(20):  # as long as the client listens
                    time.sleep(0.5)
                    for kind, pod in list(double.created):
                        if kind == "Pod" and pod["metadata"]["labels"].get("spark-role") == "driver":
                            line = json.dumps({"type": "MODIFIED", "object": ended(pod, driver_exit_code)}) + "\n"
                            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line.encode()))
                            self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.master = f"k8s://http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def pods(self, role: str) -> list[dict]:
        return [o for kind, o in self.created if kind == "Pod" and o["metadata"]["labels"]["spark-role"] == role]


def ended(pod: dict, exit_code: int) -> dict:
    state = {"terminated": {"exitCode": exit_code, "reason": "Error" if exit_code else "Completed"}}
    name = "spark-kubernetes-driver"
    statuses = [{"name": name, "image": "", "imageID": "", "ready": False, "restartCount": 0, "state": state}]
    return pod | {"status": {"phase": "Failed" if exit_code else "Succeeded", "containerStatuses": statuses}}
