package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/assay/cmd/assay/internal/config"
)

// process is what a command has of the world outside.
type process struct {
	lookupEnv func(name string) (string, bool)
	stdin     io.Reader
	stdout    io.Writer // results
	stderr    io.Writer // errors and logs
}

// command is one subcommand. Its run returns an exit code, and an error if
// there is something to say on stderr.
type command struct {
	name    string
	summary string
	run     func(ctx context.Context, p *process, args []string) (int, error)
}

// commands lists the subcommands in the order of the help.
func commands() []command {
	return []command{
		{name: "mock", summary: "serve a mock of the API", run: runMock},
		{name: "ctl", summary: "do something to a mock that runs: institutions, clocks, faults, the journal", run: runCtl},
		{name: "wait", summary: "wait until a server answers, such as a mock that starts", run: runWait},
		{name: "verify", summary: "check whether a deployment conforms, by its URL", run: runVerify},
		{name: "prove", summary: "show that verify raises no false alarm, and misses nothing", run: runProve},
		{name: "requirements", summary: "list the requirements, with their sources, scenarios and mutants", run: runRequirements},
		{name: "version", summary: "print the version and the hash of the contract", run: runVersion},
		{name: "help", summary: "describe a command, or all of them", run: runHelp},
	}
}

// run is the whole program: main without the operating system.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &process{lookupEnv: lookupIn(env), stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		writeUsage(stderr)
		return exitUsage
	}
	name := canonical(args[0])
	cmd, ok := find(name)
	if !ok {
		fmt.Fprintf(stderr, "assay: there is no command %q%s\n", name, config.DidYouMean(name, "assay ", names()))
		fmt.Fprintln(stderr, "assay: see assay help")
		return exitUsage
	}
	code, err := cmd.run(ctx, p, args[1:])
	if err != nil {
		complain(stderr, cmd.name, code, err)
	}
	return code
}

// canonical maps the customary flags to the commands that they stand for.
func canonical(arg string) string {
	switch arg {
	case "-h", "-help", "--help":
		return "help"
	case "-version", "--version":
		return "version"
	}
	return arg
}

func find(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

func names() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// complain prints every error that is joined in err on a line of its own.
func complain(w io.Writer, name string, code int, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(w, "assay %s: %s\n", name, strings.TrimSuffix(line, "\n"))
	}
	if code == exitUsage {
		fmt.Fprintf(w, "assay %s: see assay help %s\n", name, name)
	}
}

// parse fills the flags of a command. It has dealt with --help if done is true.
func (p *process) parse(flags *config.Flags, args []string) (done bool, err error) {
	err = flags.Parse(config.Sources{Args: args, LookupEnv: p.lookupEnv, ReadFile: os.ReadFile})
	if !errors.Is(err, flag.ErrHelp) {
		return false, err
	}
	fmt.Fprintf(p.stdout, "Usage: assay %s [flags]\n", flags.Name())
	flags.WriteHelp(p.stdout)
	return true, nil
}

// lookupIn looks variables up in a list such as os.Environ makes. As in a
// process of its own, the last of two entries counts.
func lookupIn(env []string) func(string) (string, bool) {
	variables := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}
