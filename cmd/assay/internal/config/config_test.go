package config_test

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"example.com/assay/cmd/assay/internal/config"
)

// options is one flag of each kind.
type options struct {
	Name    string
	Count   uint64
	Wait    time.Duration
	Loud    bool
	Origins []string
	Format  config.Choice
	Once    string
}

func flagsOf(o *options) *pflag.FlagSet {
	o.Format = config.Choice{Value: "text", Allowed: []string{"text", "json"}}
	f := pflag.NewFlagSet("try", pflag.ContinueOnError)
	f.String(config.FileFlag, "", "configuration `FILE`")
	f.StringVar(&o.Name, "name", "unset", "a name")
	f.Uint64Var(&o.Count, "count", 1, "how many times")
	f.DurationVar(&o.Wait, "wait-time", time.Second, "how long")
	f.BoolVar(&o.Loud, "loud", false, "shout")
	f.StringArrayVar(&o.Origins, "origin", []string{"default"}, "where from")
	f.Var(&o.Format, "format", "how to print")
	f.StringVar(&o.Once, "once", "", "only from the command line")
	config.CommandLineOnly(f.Lookup("once"))
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
	flags := flagsOf(o)
	config.Defer(flags)
	if err := flags.Parse(config.MaskNegative(args)); err != nil {
		return o, err
	}
	return o, config.Apply(flags, variables, func(name string) ([]byte, error) {
		if name != "a.yaml" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return []byte(file), nil
	})
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
			want: options{"unset", 1, time.Second, false, []string{"default"}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "the file over the defaults", file: file, args: []string{"--config", "a.yaml"},
			want: options{"file", 2, 2 * time.Second, true, []string{"file-a", "file-b"}, config.Choice{Value: "json", Allowed: formats}, ""},
		},
		{
			name: "the environment over the file", file: file, args: []string{"--config=a.yaml"}, env: env,
			want: options{"env", 3, 3 * time.Second, false, []string{"env-a", "env-b"}, config.Choice{Value: "json", Allowed: formats}, ""},
		},
		{
			name: "the command line over all", file: file, env: env + " ASSAY_CONFIG=a.yaml",
			args: []string{"--name", "args", "--count=4", "--loud", "--origin", "args-a", "--origin=args-b"},
			want: options{"args", 4, 3 * time.Second, true, []string{"args-a", "args-b"}, config.Choice{Value: "json", Allowed: formats}, ""},
		},
		{
			name: "the file of the command line over that of the environment", file: "name: file", env: "ASSAY_CONFIG=b.yaml",
			args: []string{"--config", "a.yaml"},
			want: options{"file", 1, time.Second, false, []string{"default"}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "the last value of a flag that is no list", args: []string{"--name", "a", "--name", "b"},
			want: options{"b", 1, time.Second, false, []string{"default"}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "foreign and empty variables, and one of a flag that is for the command line only", env: "ASSAY_PORT=tcp://10.0.0.1:80 ASSAY_NAME= ASSAY_ONCE=x",
			want: options{"unset", 1, time.Second, false, []string{"default"}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "an empty file", args: []string{"--config", "a.yaml"}, file: "# nothing yet\n",
			want: options{"unset", 1, time.Second, false, []string{"default"}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "an empty list over the default", args: []string{"--config", "a.yaml"}, file: "origin: []\n",
			want: options{"unset", 1, time.Second, false, []string{}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "one value for a list, quoted and literal strings", args: []string{"--config", "a.yaml"},
			file: "origin: 'it''s: here'\nname: |-\n  a\n  b\ncount: 0x10\n",
			want: options{"a\nb", 16, time.Second, false, []string{"it's: here"}, config.Choice{Value: "text", Allowed: formats}, ""},
		},
		{
			name: "a file of Windows", args: []string{"--config", "a.yaml"}, file: "\ufeffname: |-\r\n  a\r\n  b\r\ncount: 2\r\n",
			want: options{"a\nb", 2, time.Second, false, []string{"default"}, config.Choice{Value: "text", Allowed: formats}, ""},
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
		{name: "no number", args: []string{"--count", "two"}, want: []string{`--count: invalid value "two"; use a whole number within range`}},
		{name: "a number that is too large", args: []string{"--count", "18446744073709551616"}, want: []string{`--count: invalid value "18446744073709551616"; use a whole number within range`}},
		{name: "a number in the environment", env: "ASSAY_COUNT=-1", want: []string{`ASSAY_COUNT: invalid value "-1"; use a whole number within range`}},
		{name: "a number in the file", args: useFile, file: "\ncount: 1.5", want: []string{`a.yaml:2: count: invalid value "1.5"; use a whole number within range`}},
		{name: "no duration", args: []string{"--wait-time", "5"}, want: []string{`--wait-time: invalid value "5"; use a duration such as 750ms or 30s`}},
		{name: "neither true nor false", args: []string{"--loud=maybe"}, want: []string{`--loud: invalid value "maybe"; use true or false`}},
		{name: "no such word", env: "ASSAY_FORMAT=xml", want: []string{`ASSAY_FORMAT: invalid value "xml"; use text, json`}},
		{name: "an empty item", args: []string{"--origin", ""}, want: []string{`--origin: empty item in ""`}},
		{name: "an empty item in the environment", env: "ASSAY_ORIGIN=a,,b", want: []string{`ASSAY_ORIGIN: empty item in "a,,b"`}},
		{name: "several", args: []string{"--count=x", "--format=y"}, want: []string{"--count: invalid", "--format: invalid"}},
		{name: "no such file", args: []string{"--config", "b.yaml"}, want: []string{"read the configuration file: open b.yaml"}},
		{name: "no such file, by environment", env: "ASSAY_CONFIG=b.yaml", want: []string{"read the configuration file: open b.yaml"}},
		{name: "no YAML", args: useFile, file: "name: a\ncount: {", want: []string{"a.yaml:2: "}},
		{name: "UTF-16", args: useFile, file: "\xff\xfen\x00", want: []string{"a.yaml: UTF-16; use UTF-8"}},
		{name: "a list", args: useFile, file: "- name", want: []string{"a.yaml: not a mapping; write one FLAG: VALUE per line"}},
		{name: "two documents", args: useFile, file: "name: a\n---\nname: b\n", want: []string{"a.yaml: not a mapping"}},
		{name: "a key twice", args: useFile, file: "name: a\nname: b\n", want: []string{"a.yaml:2: "}},
		{name: "unknown keys", args: useFile, file: "naame: a\ncount: 1\nzzzzzzz: 2\n", want: []string{
			"a.yaml:1: naame: unknown key; did you mean \"name\"?", "a.yaml:3: zzzzzzz: unknown key",
		}},
		{name: "a file that names a file", args: useFile, file: "config: b.yaml", want: []string{"a.yaml:1: config: unknown key"}},
		{name: "a negative number", args: []string{"--count", "-5"}, want: []string{`--count: invalid value "-5"; use a whole number`}},
		{name: "a flag for the command line only", args: useFile, file: "once: x", want: []string{"a.yaml:1: once: unknown key"}},
		{name: "a list for a flag that is none", args: useFile, file: "name: [a, b]", want: []string{"a.yaml:1: name: unexpected list; use one value"}},
		{name: "a mapping", args: useFile, file: "name: {a: b}", want: []string{"a.yaml:1: name: unexpected mapping; use a string, a number, true or false"}},
		{name: "a mapping in a list", args: useFile, file: "origin:\n  - a\n  - b: c\n", want: []string{"a.yaml:1: origin: unexpected mapping"}},
		{name: "null", args: useFile, file: "name:\n", want: []string{"a.yaml:1: name: unexpected null; use a string"}},
		{name: "an alias", args: useFile, file: "name: &a x\norigin: *a\n", want: []string{"unexpected anchor", "unexpected alias"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(tt.args, tt.env, tt.file)
			if err == nil {
				t.Fatalf("got no error, want %q", tt.want)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error: got %q, want %q in it", err, want)
				}
			}
		})
	}
}
