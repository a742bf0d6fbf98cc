package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/process"
	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// twoAtOnce deploys while a deployment is going on.
func twoAtOnce(ctx context.Context, a *attempt) error {
	if err := a.edit("one/lambda/get-one/main.go", `Value: "1"`, `Value: "2"`); err != nil {
		return err
	}
	first, err := a.start([]string{account.DelayVariable + "=aws_lambda_function=4s"}, "deploy:all")
	if err != nil {
		return err
	}
	if err := first.runs(ctx, a.sandbox, "apply", "functions/one/us-east-1"); err != nil {
		return err
	}
	want := fmt.Sprintf("process %d, since", first.cmd.Process.Pid)
	if _, err := a.refused(want, "deploy:all"); err != nil {
		return err
	}
	o := a.end(first)
	a.check(o.code() == 0, "the first deployment ended with %d:\n%s", o.code(), o.text)
	return a.completes()
}

// ctrlC presses Ctrl-C while Terraform waits for a role.
func ctrlC(ctx context.Context, a *attempt) error {
	s, err := a.startOnTerminal([]string{account.DelayVariable + "=aws_cognito_user_pool=" + a.slow().String()},
		"deploy:all", "-create")
	if err != nil {
		return err
	}
	if err := s.creates(ctx, a.sandbox, "aws_cognito_user_pool", "global"); err != nil {
		return err
	}
	if err := s.interrupt(); err != nil {
		return err
	}
	o := a.end(s)
	a.check(o.code() == 1 && strings.Contains(o.text, "Interrupted. Run the command again to go on."),
		"the deployment ended with %d:\n%s", o.code(), o.text)
	log, err := os.ReadFile(filepath.Join(a.rehearsed(), "stacks", "global", "apply.log"))
	if err != nil {
		return err
	}
	a.check(!strings.Contains(string(log), "Two interrupts received"), "Terraform was interrupted more than once:\n%s", log)
	resources, err := a.resources("global")
	if err != nil {
		return err
	}
	a.check(slices.Contains(resources, "aws_cognito_user_pool.users"), "the state lacks the user pool: %q", resources)
	return a.completes("-create")
}

// slow returns how long the resource takes during which Ctrl-C is pressed.
func (a *attempt) slow() time.Duration {
	if a.short {
		return 3 * time.Second
	}
	return 25 * time.Second
}

func killedInFunctions(ctx context.Context, a *attempt) error {
	if err := a.edit("one/lambda/get-one/main.go", `Value: "1"`, `Value: "2"`); err != nil {
		return err
	}
	return a.killed(ctx, "apply", "functions/one/us-east-1", nil, nil)
}

// killed kills mage while Terraform runs a command on a stack, and completes.
func (a *attempt) killed(ctx context.Context, command, key string, env, args []string) error {
	s, err := a.start(env, append([]string{"deploy:all"}, args...)...)
	if err != nil {
		return err
	}
	if err := s.runs(ctx, a.sandbox, command, key); err != nil {
		return err
	}
	if err := s.kill(); err != nil {
		return err
	}
	o := a.end(s)
	a.check(o.code() == -1, "mage ended by itself with %d:\n%s", o.code(), o.text)
	return a.completes(args...)
}

// killedAnywhere kills mage in ten places of a first deployment into one Region.
func killedAnywhere(ctx context.Context, a *attempt) error {
	for _, place := range []struct{ command, key string }{
		{"init", "global"},
		{"plan", "global"},
		{"apply", "global"},
		{"plan", "data/one"},
		{"apply", "data/two"},
		{"init", "functions/one/us-east-1"},
		{"apply", "functions/two/us-east-1"},
		{"plan", "api/us-east-1"},
		{"apply", "api/us-east-1"},
		{"apply", "portal"},
	} {
		if err := a.reset(ctx, false); err != nil {
			return err
		}
		if err := a.set("regions", []string{"us-east-1"}); err != nil {
			return err
		}
		if err := a.killed(ctx, place.command, place.key, nil, []string{"-create"}); err != nil {
			return fmt.Errorf("killed during %s of %s: %w", place.command, place.key, err)
		}
	}
	return nil
}

// importLine matches the command that takes a lost resource into a state.
var importLine = regexp.MustCompile(`go tool mage (deploy:import) (\S+) (?:'([^']+)'|(\S+)) (\S+)`)

// lostResource kills Terraform after it has created a role and before it has written
// its state, and takes the role into the state as the next run says.
func lostResource(ctx context.Context, a *attempt) error {
	const key = "functions/one/us-east-1"
	if err := a.addOperation(); err != nil {
		return err
	}
	s, err := a.start([]string{account.DelayVariable + "=aws_iam_role=10m"}, "deploy:all")
	if err != nil {
		return err
	}
	if err := s.creates(ctx, a.sandbox, "aws_iam_role", key); err != nil {
		return err
	}
	roles := filepath.Join(a.rehearsed(), "accounts", "*", "aws_iam_role", "*get-more*")
	err = s.until(ctx, "the role, and the end of all other changes", func() bool {
		found, _ := filepath.Glob(roles)
		log, err := os.Stat(a.log("apply", key))
		return len(found) > 0 && err == nil && time.Since(log.ModTime()) > 3*time.Second
	})
	if err != nil {
		return err
	}
	if err := s.kill(); err != nil {
		return err
	}
	a.end(s)
	if err := a.killTerraform(); err != nil {
		return err
	}
	o, err := a.refused("go tool mage deploy:import "+key, "deploy:all")
	if err != nil {
		return err
	}
	// The way back repeats what the run has printed.
	imported := map[string]bool{}
	for _, m := range importLine.FindAllStringSubmatch(o.text, -1) {
		if imported[m[0]] {
			continue
		}
		imported[m[0]] = true
		if _, err := a.must(m[1], m[2], m[3]+m[4], m[5]); err != nil {
			return err
		}
	}
	a.check(len(imported) > 0, "no command to import what was lost:\n%s", o.text)
	return a.completes()
}

// addOperation adds an operation to the context one, a copy of Get.
func (a *attempt) addOperation() error {
	err := a.edit("one/api/operations.go", "// GetInput is", `// More reads the value.
var More = rest.Operation[GetInput, GetOutput]{
	ID: "getMore", Method: http.MethodGet, Path: "/one/more",
	Scopes: []string{Admin},
	Uses:   rest.Uses{Values.Get()},
}

// GetInput is`)
	if err != nil {
		return err
	}
	if err := a.edit("one/api/service.go", "&Check, &Get}", "&Check, &Get, &More}"); err != nil {
		return err
	}
	source, err := os.ReadFile(filepath.Join(a.root, "one", "lambda", "get-one", "main.go"))
	if err != nil {
		return err
	}
	text := strings.NewReplacer("get-one", "get-more", "getOne", "getMore", "api.Get,", "api.More,").Replace(string(source))
	return a.write("one/lambda/get-more/main.go", text)
}

// killTerraform kills all Terraforms that a killed mage has left, with their providers.
func (a *attempt) killTerraform() error {
	running, err := process.Running(filepath.Join(a.rehearsed(), "running"))
	for _, register := range running {
		data, readErr := os.ReadFile(register)
		pid, parseErr := strconv.Atoi(strings.TrimSpace(string(data)))
		if err = errors.Join(err, readErr, parseErr); err != nil {
			return err
		}
		err = killGroup(pid)
	}
	return err
}
