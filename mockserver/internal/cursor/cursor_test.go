package cursor_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/mockserver/internal/cursor"
)

func TestTokensOpenForTheirOwnList(t *testing.T) {
	t.Parallel()
	c := cursor.New("secret")
	rapid.Check(t, func(t *rapid.T) {
		list, position := rapid.String().Draw(t, "list"), rapid.String().Draw(t, "position")
		token := c.Seal(list, position)
		if again := cursor.New("secret").Seal(list, position); again != token {
			t.Fatalf("got %q and %q, want one token for one position", token, again)
		}
		if got, err := c.Open(list, token); err != nil || got != position {
			t.Fatalf("open: got %q, %v, want %q", got, err, position)
		}
		if len(position) > 8 && strings.Contains(token, position) {
			t.Errorf("the token %q shows its position", token)
		}
		if other := rapid.String().Draw(t, "other"); other != list {
			refused(t, c, other, token)
		}
		refused(t, cursor.New("other secret"), list, token)
	})
}

func TestChangedTokensAreRefused(t *testing.T) {
	t.Parallel()
	c := cursor.New("secret")
	rapid.Check(t, func(t *rapid.T) {
		token := c.Seal("list", rapid.StringN(1, 40, 80).Draw(t, "position"))
		i := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		if b := rapid.SampledFrom([]byte("aZ0-_\n=")).Draw(t, "byte"); b != token[i] {
			refused(t, c, "list", token[:i]+string(b)+token[i+1:])
		}
		refused(t, c, "list", token[:i])
		refused(t, c, "list", token+"A")
		refused(t, c, "list", token+"\n")
		if lower := strings.ToLower(token); lower != token {
			refused(t, c, "list", lower)
		}
	})
	refused(t, c, "list", strings.Repeat("A", 1<<20))
}

type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

func refused(t failer, c *cursor.Codec, list, token string) {
	t.Helper()
	if got, err := c.Open(list, token); !errors.Is(err, cursor.ErrInvalid) {
		t.Errorf("open %.80q of %q: got %q, %v, want ErrInvalid", token, list, got, err)
	}
}

func FuzzOpen(f *testing.F) {
	c := cursor.New("secret")
	f.Add("list", c.Seal("list", "position"))
	f.Add("list", "")
	f.Fuzz(func(t *testing.T, list, token string) {
		position, err := c.Open(list, token)
		if err == nil && c.Seal(list, position) != token {
			t.Errorf("%q opens as %q, whose token is another one", token, position)
		}
	})
}
