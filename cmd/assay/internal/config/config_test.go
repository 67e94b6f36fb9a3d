package config_test

import (
	"errors"
	"flag"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/cmd/assay/internal/config"
)

// options is one flag of every kind.
type options struct {
	Name    string
	Count   uint64
	Wait    time.Duration
	Loud    bool
	Origins config.List
	Format  config.Choice
}

func flagsOf(o *options) *config.Flags {
	o.Format = config.Choice{Value: "text", Allowed: []string{"text", "json"}}
	o.Origins = config.List{"default"}
	f := config.NewFlags("try")
	f.Group("First")
	f.StringVar(&o.Name, "name", "nobody", "greet `WHO`")
	f.Uint64Var(&o.Count, "count", 1, "how `MANY` times")
	f.Group("Second")
	f.DurationVar(&o.Wait, "wait-time", time.Second, "how `LONG` to wait")
	f.BoolVar(&o.Loud, "loud", false, "shout")
	f.Var(&o.Origins, "origin", "where from, a `PLACE`")
	f.Var(&o.Format, "format", "how to print")
	return f
}

// parse parses with the text of the file a.yaml, and the variables given as
// "NAME=value" with a space between them.
func parse(args []string, env, file string) (*options, error) {
	variables := map[string]string{}
	for entry := range strings.FieldsSeq(env) {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	o := &options{}
	err := flagsOf(o).Parse(config.Sources{
		Args: args,
		LookupEnv: func(name string) (string, bool) {
			value, ok := variables[name]
			return value, ok
		},
		ReadFile: func(name string) ([]byte, error) {
			if name != "a.yaml" {
				return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
			}
			return []byte(file), nil
		},
	})
	return o, err
}

func TestLayers(t *testing.T) {
	t.Parallel()
	const file = "name: file\ncount: 2\nwait-time: 2s\nloud: true\norigin: [file-a, file-b]\nformat: json\n"
	const env = "ASSAY_NAME=env ASSAY_COUNT=3 ASSAY_WAIT_TIME=3s ASSAY_LOUD=false ASSAY_ORIGIN=env-a,env-b"
	formats := []string{"text", "json"}
	tests := []struct {
		name, env, file string
		args            []string
		want            options
	}{
		{
			name: "defaults",
			want: options{"nobody", 1, time.Second, false, config.List{"default"}, config.Choice{Value: "text", Allowed: formats}},
		},
		{
			name: "the file over the defaults", file: file, args: []string{"--config", "a.yaml"},
			want: options{"file", 2, 2 * time.Second, true, config.List{"file-a", "file-b"}, config.Choice{Value: "json", Allowed: formats}},
		},
		{
			name: "the environment over the file", file: file, args: []string{"--config=a.yaml"}, env: env,
			want: options{"env", 3, 3 * time.Second, false, config.List{"env-a", "env-b"}, config.Choice{Value: "json", Allowed: formats}},
		},
		{
			name: "the command line over all", file: file, env: env + " ASSAY_CONFIG=a.yaml",
			args: []string{"--name", "args", "-count=4", "--loud", "--origin", "args-a", "--origin=args-b"},
			want: options{"args", 4, 3 * time.Second, true, config.List{"args-a", "args-b"}, config.Choice{Value: "json", Allowed: formats}},
		},
		{
			name: "the file of the command line over that of the environment", file: "name: file", env: "ASSAY_CONFIG=b.yaml",
			args: []string{"--config", "a.yaml"},
			want: options{"file", 1, time.Second, false, config.List{"default"}, config.Choice{Value: "text", Allowed: formats}},
		},
		{
			name: "the last value of a flag that is no list", args: []string{"--name", "a", "--name", "b"},
			want: options{"b", 1, time.Second, false, config.List{"default"}, config.Choice{Value: "text", Allowed: formats}},
		},
		{
			name: "variables of nobody, and empty ones", env: "ASSAY_PORT=tcp://10.0.0.1:80 ASSAY_NAME=",
			want: options{"nobody", 1, time.Second, false, config.List{"default"}, config.Choice{Value: "text", Allowed: formats}},
		},
		{
			name: "an empty file", args: []string{"--config", "a.yaml"}, file: "# nothing yet\n",
			want: options{"nobody", 1, time.Second, false, config.List{"default"}, config.Choice{Value: "text", Allowed: formats}},
		},
		{
			name: "one value for a list, quoted and literal strings", args: []string{"--config", "a.yaml"},
			file: "origin: 'it''s: here'\nname: |-\n  a\n  b\ncount: 0x10\n",
			want: options{"a\nb", 16, time.Second, false, config.List{"it's: here"}, config.Choice{Value: "text", Allowed: formats}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parse(tt.args, tt.env, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	useFile := []string{"--config", "a.yaml"}
	tests := []struct {
		name, env, file string
		args            []string
		want            []string // parts of the error
	}{
		{name: "unknown flag", args: []string{"--naame", "x"}, want: []string{"there is no flag --naame: did you mean --name?"}},
		{name: "unknown flag like no other", args: []string{"--zzzzzz"}, want: []string{"there is no flag --zzzzzz"}},
		{name: "no value", args: []string{"--name"}, want: []string{"--name: expected a value after it"}},
		{name: "bad syntax", args: []string{"---name"}, want: []string{"bad flag syntax"}},
		{name: "an argument", args: []string{"--name", "x", "y"}, want: []string{`expected flags only, got the argument "y"`}},
		{name: "no number", args: []string{"--count", "two"}, want: []string{`--count: expected a whole number that is not too large, got "two"`}},
		{name: "a number that is too large", args: []string{"--count", "18446744073709551616"}, want: []string{"--count: expected a whole number"}},
		{name: "a number in the environment", env: "ASSAY_COUNT=-1", want: []string{`ASSAY_COUNT: expected a whole number that is not too large, got "-1"`}},
		{name: "a number in the file", args: useFile, file: "\ncount: 1.5", want: []string{`a.yaml:2: count: expected a whole number that is not too large, got "1.5"`}},
		{name: "no duration", args: []string{"--wait-time", "5"}, want: []string{`--wait-time: expected a duration such as 750ms or 30s, got "5"`}},
		{name: "neither true nor false", args: []string{"--loud=maybe"}, want: []string{`--loud: expected true or false, got "maybe"`}},
		{name: "no such word", env: "ASSAY_FORMAT=xml", want: []string{`ASSAY_FORMAT: expected one of text, json, got "xml"`}},
		{name: "an empty item", args: []string{"--origin", ""}, want: []string{`--origin: expected a value that is not empty, got ""`}},
		{name: "an empty item in the environment", env: "ASSAY_ORIGIN=a,,b", want: []string{`ASSAY_ORIGIN: expected values with a comma between them, got "a,,b"`}},
		{name: "several", args: []string{"--count=x", "--format=y"}, want: []string{"--count: expected", "--format: expected"}},
		{name: "no such file", args: []string{"--config", "b.yaml"}, want: []string{"read the configuration file: open b.yaml"}},
		{name: "no such file, by environment", env: "ASSAY_CONFIG=b.yaml", want: []string{"read the configuration file: open b.yaml"}},
		{name: "no YAML", args: useFile, file: "name: a\ncount: {", want: []string{"a.yaml:2: "}},
		{name: "a list", args: useFile, file: "- name", want: []string{"a.yaml: expected one mapping of flag names to values"}},
		{name: "two documents", args: useFile, file: "name: a\n---\nname: b\n", want: []string{"a.yaml: expected one mapping"}},
		{name: "a key twice", args: useFile, file: "name: a\nname: b\n", want: []string{"a.yaml:2: "}},
		{name: "unknown keys", args: useFile, file: "naame: a\ncount: 1\nzzzzzzz: 2\n", want: []string{
			"a.yaml:1: naame: expected the name of a flag: did you mean name?", "a.yaml:3: zzzzzzz: expected the name of a flag",
		}},
		{name: "a file that names a file", args: useFile, file: "config: b.yaml", want: []string{"a.yaml:1: config: expected the name of a flag"}},
		{name: "a list for a flag that is none", args: useFile, file: "name: [a, b]", want: []string{"a.yaml:1: name: expected one value, got a list"}},
		{name: "a mapping", args: useFile, file: "name: {a: b}", want: []string{"a.yaml:1: name: expected a string, a number, true or false, got a mapping"}},
		{name: "a mapping in a list", args: useFile, file: "origin:\n  - a\n  - b: c\n", want: []string{"a.yaml:1: origin: expected a string"}},
		{name: "null", args: useFile, file: "name:\n", want: []string{"a.yaml:1: name: expected a string, a number, true or false, got a null"}},
		{name: "an alias", args: useFile, file: "name: &a x\norigin: *a\n", want: []string{"got a anchor", "got a alias"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(tt.args, tt.env, tt.file)
			if err == nil {
				t.Fatalf("got no error, expected %q", tt.want)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error: got %q, expected it to say %q", err, want)
				}
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"-h", "--help"} {
		if _, err := parse([]string{"--count", "x", arg}, "ASSAY_FORMAT=xml", ""); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: got the error %v, expected %v", arg, err, flag.ErrHelp)
		}
	}
	var got strings.Builder
	flagsOf(&options{}).WriteHelp(&got)
	want := `
First:
  --count MANY
      how MANY times (default 1)
  --name WHO
      greet WHO (default nobody)

Second:
  --format text|json
      how to print (default text)
  --loud
      shout
  --origin PLACE
      where from, a PLACE (repeatable)
  --wait-time LONG
      how LONG to wait (default 1s)

Configuration:
  --config FILE
      read settings from this YAML FILE, a mapping of flag names to values

Every flag is a variable too, --log-level for example ASSAY_LOG_LEVEL, and a key
of the file. The command line goes before the environment, the environment before
the file. What is repeatable is a list in the file, and has commas in a variable.
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("help (-want +got):\n%s", diff)
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	known := []string{"mock", "verify", "help", "version"}
	tests := []struct{ got, want string }{
		{"mokc", ": did you mean assay mock?"},
		{"verfy", ": did you mean assay verify?"},
		{"VERIFY", ""},
		{"serve", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := config.DidYouMean(tt.got, "assay ", known); got != tt.want {
			t.Errorf("%q: got %q, expected %q", tt.got, got, tt.want)
		}
	}
}
