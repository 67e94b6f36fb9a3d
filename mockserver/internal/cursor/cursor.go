// Package cursor makes the opaque page tokens of lists.
//
// A token holds a position, encrypted and authenticated by a synthetic initialization
// vector (as in RFC 5297): the same position gives the same token, so journals repeat,
// and a token works for its own list only.
package cursor

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// ErrInvalid means that a token was not made for the list.
var ErrInvalid = errors.New("the page token is not one of this list")

// maxToken limits a token, in bytes.
const maxToken = 4096

// Codec makes and reads tokens. It is safe for concurrent use.
type Codec struct {
	block cipher.Block
	mac   []byte // key of the vector
}

// New returns a codec with keys that follow from the secret.
func New(secret string) *Codec {
	encryption, mac := sha256.Sum256([]byte("encryption "+secret)), sha256.Sum256([]byte("vector "+secret))
	block, err := aes.NewCipher(encryption[:])
	if err != nil {
		panic(err) // a key of 32 bytes is valid
	}
	return &Codec{block, mac[:]}
}

// Seal returns the token of a position in a list. The name of the list includes all that
// the position depends on, such as a filter or an order.
func (c *Codec) Seal(list, position string) string {
	token := c.vector(list, position)
	sealed := c.crypt(token, []byte(position))
	return encoding().EncodeToString(append(token, sealed...))
}

// Open returns the position of a token, or ErrInvalid.
func (c *Codec) Open(list, token string) (position string, err error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // the decoder skips these
		return "", ErrInvalid
	}
	raw, err := encoding().DecodeString(token)
	if err != nil || len(raw) < aes.BlockSize {
		return "", ErrInvalid
	}
	vector, sealed := raw[:aes.BlockSize], raw[aes.BlockSize:]
	position = string(c.crypt(vector, sealed))
	if !hmac.Equal(vector, c.vector(list, position)) {
		return "", ErrInvalid
	}
	return position, nil
}

func (c *Codec) vector(list, position string) []byte {
	h := hmac.New(sha256.New, c.mac)
	_, _ = h.Write([]byte(list + "\x00" + position)) // never fails
	return h.Sum(nil)[:aes.BlockSize]
}

// crypt encrypts, or decrypts.
func (c *Codec) crypt(vector, in []byte) []byte {
	out := make([]byte, len(in))
	cipher.NewCTR(c.block, vector).XORKeyStream(out, in)
	return out
}

// encoding has one text for each token: it refuses bits that it would ignore.
func encoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }
