package rejected

import (
	"net"
	"net/http"
)

// Read returns what the answer to a head depends on.
func Read(head []byte, status int) (*http.Request, string) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	c := &conn{Conn: a, head: head}
	r := c.request()
	return r, reasonOf(status, r, head, 60<<10)
}
