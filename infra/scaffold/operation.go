package scaffold

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
)

// operationData is the data of an operation's templates.
type operationData struct {
	Module, Platform string
	ID               string // suspendAccount
	Go               string // Suspend
	Func             string // suspend
	File             string // suspend
	Lambda           string // suspend-account
	Sentence         string // suspends the account
	Method           string // http.MethodPost
	Path             string
	Scope            string   // Write, or "accounts/write" if the package has no such constant
	Embedded         []string // types of the package that have path parameters
	Parameters       []parameter
}

// parameter is a path parameter.
type parameter struct{ Name, Field, Noun string }

// Target is where requests for a new operation go. Without a Method it is GET for an ID
// that begins with get, list or find, and POST otherwise. Without a Path it is the
// context's path and the ID in lower case, for a GET without the verb.
type Target struct{ Method, Path *string }

var (
	idForm    = regexp.MustCompile(`^[a-z]+([A-Z][a-z0-9]*)+$`)
	wordStart = regexp.MustCompile(`[A-Z]`)
	pathForm  = regexp.MustCompile(`^(/([a-z0-9-]+|\{[a-z][A-Za-z0-9]*\}))+$`)
	inPath    = regexp.MustCompile(`\{([A-Za-z0-9]+)\}`)
)

// Operation writes the operation id of a context with its Lambda, adds it to the
// context's Service, and generates the specification. Its function fails until it is
// written. If Operation fails, it removes what it wrote.
func Operation(ctx context.Context, root, name, id string, target Target, out io.Writer) (err error) {
	ws, err := workspace.Find(root)
	if err != nil {
		return err
	}
	list, err := ws.Contexts()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(c workspace.Context) bool { return c.Name == name })
	if i < 0 {
		return fmt.Errorf("no context %q in go.work: write it with 'go tool mage new:context %s'", name, name)
	}
	c := list[i]
	api, err := parseAPI(c.Dir)
	if err != nil {
		return err
	}
	data, err := newOperationData(root, c, api, id, target)
	if err != nil {
		return err
	}
	source, lambda := filepath.Join(c.Dir, "api", data.File+".go"), filepath.Join(c.Dir, "lambda", data.Lambda)
	for _, path := range []string{source, lambda} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("%s exists: choose another name, or remove it", path), err)
		}
	}
	changes := changes{}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(source), os.RemoveAll(lambda), changes.undo())
		}
	}()
	for template, file := range map[string]string{
		"api/@file.go": source, "lambda/@lambda/main.go": filepath.Join(lambda, "main.go"),
	} {
		text, err := render("templates/operation/"+template+suffix, data)
		if err != nil {
			return err
		}
		if err := writeFile(file, text); err != nil {
			return err
		}
	}
	if err := changes.edit(api.service, func(old string) (string, error) { return api.add(old, data.Go) }); err != nil {
		return err
	}
	if err := build.GenerateAt(ctx, root); err != nil {
		return err
	}
	fmt.Fprintf(out, `
%s: %s %s
  %[1]s/api/%[4]s.go declares it: its input and output, its problems, and in Uses what its function may do.
  %[1]s/lambda/%[5]s serves it. It responds with 500 until you write it.
`, name, strings.ToUpper(strings.TrimPrefix(data.Method, "http.Method")), data.Path, data.File, data.Lambda)
	return nil
}

func newOperationData(root string, c workspace.Context, api apiPackage, id string, target Target) (operationData, error) {
	if !idForm.MatchString(id) {
		return operationData{}, fmt.Errorf("the operation is %q: it must be a verb and a noun in lower camel case, such as suspendAccount", id)
	}
	terms := strings.Split(wordStart.ReplaceAllStringFunc(id, func(s string) string { return " " + strings.ToLower(s) }), " ")
	method, isRead, err := methodOf(terms[0], value(target.Method))
	if err != nil {
		return operationData{}, err
	}
	last := terms
	if isRead {
		last = terms[1:]
	}
	path := cmp.Or(value(target.Path), "/"+c.Name+"/"+strings.Join(last, "-"))
	if !pathForm.MatchString(path) || path != "/"+c.Name && !strings.HasPrefix(path, "/"+c.Name+"/") {
		return operationData{}, fmt.Errorf("-path is %q: it must begin with /%s/, and its segments are words in lower case or {parameters}", path, c.Name)
	}
	d := operationData{
		Module: c.Module, Platform: workspace.Meridian + "/platform", ID: id, Lambda: strings.Join(terms, "-"),
		Sentence: thirdPerson(terms[0]) + " the " + strings.Join(terms[1:], " "), Method: method, Path: path,
	}
	d.Go = api.free(upperFirst(terms[0]), upperFirst(id))
	if d.Go == "" {
		return operationData{}, fmt.Errorf("package api of %s declares %s already: choose another name", c.Name, upperFirst(id))
	}
	d.File = strings.ToLower(d.Go)
	d.Func = strings.ToLower(d.Go[:1]) + d.Go[1:]
	if token.IsKeyword(d.Func) || d.Func == "main" || d.Func == "init" {
		d.Func = id
	}
	d.Scope = api.scope(c.Name, isRead)
	for _, match := range inPath.FindAllStringSubmatch(path, -1) {
		if owner, ok := api.parameters[match[1]]; ok {
			d.Embedded = append(d.Embedded, owner)
			continue
		}
		field := upperFirst(match[1])
		if stem, ok := strings.CutSuffix(field, "Id"); ok {
			field = stem + "ID"
		}
		d.Parameters = append(d.Parameters, parameter{match[1], field, strings.TrimSuffix(match[1], "Id")})
	}
	return d, nil
}

// methodOf returns the constant of package http for a method, and whether the operation
// reads.
func methodOf(verb, method string) (constant string, isRead bool, err error) {
	if method == "" {
		method = http.MethodPost
		if slices.Contains([]string{"get", "list", "find"}, verb) {
			method = http.MethodGet
		}
	}
	switch method = strings.ToUpper(method); method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return "http.Method" + upperFirst(strings.ToLower(method)), method == http.MethodGet, nil
	}
	return "", false, fmt.Errorf("-method is %q: it must be GET, POST, PUT, PATCH or DELETE", method)
}

// thirdPerson returns the third person of a regular English verb.
func thirdPerson(verb string) string {
	switch {
	case strings.HasSuffix(verb, "s"), strings.HasSuffix(verb, "sh"), strings.HasSuffix(verb, "ch"), strings.HasSuffix(verb, "x"):
		return verb + "es"
	case strings.HasSuffix(verb, "y") && !strings.ContainsAny(verb[max(0, len(verb)-2):len(verb)-1], "aeiou"):
		return strings.TrimSuffix(verb, "y") + "ies"
	}
	return verb + "s"
}
