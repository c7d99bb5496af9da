#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/data-api on a real PostgreSQL: what it does, and that nothing else of the database can be reached through it."""
import json
import sys
import unittest
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, owner_of, psql, start_server  # noqa: E402

INJECTIONS = ["x'; drop table products; --", "' or '1'='1", "1 or 1=1", "1; select pg_sleep(60)", "$1", ":name", "x\\'; --", '"; --', "$$; --",
              "1 union select 1, current_user, 1, 1", "%' or true --", "\U0001f600'", "null", "{1,2}", "\\x27"]


class DataApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, cls.url = start_server(owner_of(cls), "postgres")
        cls.node = Node.shared(cls, project="examples/data-api", env={"SHOP": cls.url.replace(":secret@", "@"), "SHOP_PASSWORD": "secret"})

    def setUp(self):
        self.node.call("GET", "/products")  # the first call makes the table, when the start has not
        self.psql("truncate products restart identity")

    def psql(self, sql: str) -> str:
        return psql(self.url, sql)

    def get(self, path: str):
        return self.node.call("GET", path)

    def add(self, name: str, price="1", stock: int | None = None):
        body = f'{{"name": {json.dumps(name)}, "price": {price}' + (f', "stock": {stock}' if stock is not None else "") + "}"
        return self.node.call("POST", "/products", body, {"Content-Type": "application/json"})

    def change(self, product, body: dict):
        return self.node.call("PATCH", f"/products/{product}", body)

    def nowhere(self, product: str):
        """There is no such product; what HTTP itself does not take in a path (zero bytes, backslashes) is 400."""
        expected = 400 if "%00" in product or "%5C" in product else 404
        self.assertEqual(self.get(f"/products/{product}").status, expected, product)
        self.assertEqual(self.change(product, {"stock": 1}).status, expected, product)

    def test_a_product_is_added_read_and_changed(self):
        added = self.add("lamp", "12.50", 3)
        self.assertEqual((added.status, added.json, added.headers["location"]), (201, {"id": 1}, "/products/1"))
        self.assertEqual(self.get("/products/1").body, b'{"id":1,"name":"lamp","price":12.5000,"stock":3}')
        self.assertEqual(self.change(1, {"stock": 2}).json, {"id": 1, "name": "lamp", "price": 12.5, "stock": 2})
        self.assertEqual(self.change(1, {"price": 0}).json, {"id": 1, "name": "lamp", "price": 0, "stock": 2})
        self.assertEqual(self.add("chair").json, {"id": 2})
        self.assertEqual(self.get("/products/2").json["stock"], 0)

    def test_pages_and_filters(self):
        self.psql("insert into products (name, price) select 'product ' || n, n from generate_series(1, 150) n")
        page = self.get("/products").json
        self.assertEqual(([one["id"] for one in page["products"]], page["next"]), (list(range(1, 21)), 20))
        page = self.get("/products?after=20&limit=2").json
        self.assertEqual(([one["id"] for one in page["products"]], page["next"]), ([21, 22], 22))
        self.assertEqual(len(self.get("/products?limit=1000000").json["products"]), 100)
        self.assertEqual(self.get("/products?after=150").json, {"products": [], "next": None})
        self.assertEqual(self.get("/products?after=999999999999999999").json, {"products": [], "next": None})
        self.assertEqual([one["name"] for one in self.get("/products?name=PRODUCT%2015&max_price=100.5").json["products"]], ["product 15"])
        self.assertEqual(self.get("/products?name=product_1").json["products"], [], "no pattern, just the beginning of a name")
        self.assertEqual(self.get("/products?name=%25").json["products"], [])
        self.assertEqual(len(self.get("/products?max_price=2.5").json["products"]), 2)
        one = self.get("/products?limit=1").json
        self.assertEqual([product["id"] for product in one["products"]], [1], "one row is a list too")

    def test_what_is_not_there_is_404(self):
        for product in ["1", "0", "999999999999999999", "99999999999999999999999", "abc", "-1", "1.0", "1e0", "%20", "%00", quote("1 or 1=1")]:
            self.nowhere(product)

    def test_a_name_that_is_taken_is_409(self):
        self.add("lamp")
        again = self.add("lamp", "2")
        self.assertEqual((again.status, again.headers["content-type"]), (409, "application/problem+json"))
        self.assertEqual(self.psql("select count(*), max(price) from products"), "1|1.0000")

    def test_bad_input_is_told_what_is_wrong(self):
        bad_queries = ["limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=99999999999", "after=x", "after=-1", "after=1e3", "name=",
                       "name=%00", "max_price=x", "max_price=-1", "max_price=1e9", "max_price=NaN", "limit=1&limit=2", "page=2", "name=" + "x" * 201]
        for query in bad_queries:
            answer = self.get(f"/products?{query}")
            self.assertEqual(answer.status, 422, query)
            self.assertTrue(answer.json["violations"], query)
        for body in ["{}", "[]", "null", "7", '{"name": "", "price": 1}', '{"name": "a"}', '{"name": 7, "price": 1}', '{"name": "a", "price": "1"}',
                     '{"name": "a", "price": -1}', '{"name": "a", "price": 1e400}', '{"name": "a", "price": 1, "stock": 1.5}',
                     '{"name": "a", "price": 1, "stock": 2147483648}', '{"name": "a\\u0000b", "price": 1}', '{"name": "a", "price": 1, "id": 9}',
                     '{"name": "%s", "price": 1}' % ("x" * 201)]:
            answer = self.node.call("POST", "/products", body, {"Content-Type": "application/json"})
            self.assertEqual(answer.status, 422, body)
        for body in [b"", b"{", b'{"name": "\xff", "price": 1}', b"name=a&price=1"]:
            answer = self.node.call("POST", "/products", body, {"Content-Type": "application/json"})
            self.assertIn(answer.status, (400, 422), body)
        self.assertEqual(self.node.call("POST", "/products", "a,1", {"Content-Type": "text/csv"}).status, 415)
        self.add("lamp")
        for body in [{}, {"name": "other"}, {"price": None}, {"stock": -1}, {"price": "1; drop table products"}]:
            self.assertEqual(self.change(1, body).status, 422, body)
        self.assertEqual(self.psql("select count(*) from products"), "1")

    def test_sql_in_any_field_stays_text(self):
        for number, text in enumerate(INJECTIONS, 1):
            added = self.add(text)
            self.assertEqual((added.status, added.json), (201, {"id": number}), text)
            self.assertEqual(self.get(f"/products/{number}").json["name"], text)
            self.assertEqual([one["id"] for one in self.get(f"/products?name={quote(text)}").json["products"]], [number], text)
            for field in ("after", "limit", "max_price"):
                self.assertEqual(self.get(f"/products?{field}={quote(text)}").status, 422, text)
            self.nowhere(quote(text, safe=""))
            for field in ("price", "stock"):
                self.assertEqual(self.change(number, {field: text}).status, 422, text)
        self.assertEqual(self.psql("select count(*), sum(stock) from products"), f"{len(INJECTIONS)}|0")

    def test_nothing_else_can_be_reached(self):
        for method, path in [("GET", "/"), ("GET", "/products/"), ("GET", "/products/1/stock"), ("GET", "/pg_catalog"), ("GET", "/metrics"),
                             ("GET", "/health/live"), ("GET", "/%70roducts2"), ("GET", "/PRODUCTS")]:
            self.assertEqual(self.node.call(method, path).status, 404, path)
        self.assertEqual(self.get("/products/../metrics").status, 400)
        self.add("lamp")
        for method, path, allowed in [("DELETE", "/products/1", "GET, HEAD, OPTIONS, PATCH"), ("PUT", "/products/1", "GET, HEAD, OPTIONS, PATCH"),
                                      ("DELETE", "/products", "GET, HEAD, OPTIONS, POST"), ("PATCH", "/products", "GET, HEAD, OPTIONS, POST")]:
            answer = self.node.call(method, path)
            self.assertEqual((answer.status, answer.headers["allow"]), (405, allowed), (method, path))
        self.assertEqual(self.psql("select count(*) from products"), "1")

    def test_head_and_options(self):
        self.add("lamp")
        head, full = self.node.call("HEAD", "/products/1"), self.get("/products/1")
        self.assertEqual((head.status, head.body, head.headers["content-length"]), (200, b"", str(len(full.body))))
        self.assertEqual(self.node.call("HEAD", "/products/2").status, 404)
        self.assertEqual(self.node.call("OPTIONS", "/products").headers["allow"], "GET, HEAD, OPTIONS, POST")
        self.assertEqual(self.node.call("OPTIONS", "/products/1").headers["allow"], "GET, HEAD, OPTIONS, PATCH")

    def test_a_fault_of_the_database_shows_nothing_of_it(self):
        self.psql("alter table products rename to gone")
        try:
            answer = self.get("/products")
            self.assertEqual(answer.status, 502)
            for word in ("gone", "select", "relation", "postgres", "42P01"):
                self.assertNotIn(word, answer.body.decode())
        finally:
            self.psql("alter table gone rename to products")
        self.assertEqual(self.get("/products").status, 200)


if __name__ == "__main__":
    unittest.main()
