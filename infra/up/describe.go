package up

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
)

// descriptionFile is where tools find the running cloud, below dist.
const descriptionFile = "local.json"

// description is what a client needs to know of the running cloud.
type description struct {
	Edge    string        `json:"edge"`
	Issuer  string        `json:"issuer"`
	Console string        `json:"console,omitempty"`
	Regions []regionPlace `json:"regions"`
	Users   []userTokens  `json:"users"`
}

type regionPlace struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	DynamoDB string `json:"dynamodb"`
}

type userTokens struct {
	Name        string `json:"name"`
	Subject     string `json:"sub"`
	AccessToken string `json:"accessToken"`
	IDToken     string `json:"idToken"`
}

func describe(cloud *local.Cloud) (description, error) {
	d := description{Edge: cloud.URL(), Issuer: cloud.IssuerURL()}
	for _, r := range cloud.Regions() {
		d.Regions = append(d.Regions, regionPlace{r.Name, r.URL, r.DynamoDB})
	}
	for _, u := range cloud.Users() {
		access, id, err := cloud.Token(u.Name)
		if err != nil {
			return d, err
		}
		d.Users = append(d.Users, userTokens{u.Name, u.Subject, access, id})
	}
	return d, nil
}

// write writes the description into folder dist, whole or not at all: who finds
// the file finds a cloud that is up. The tokens in it are for its user's eyes.
func (d description) write(dist string) (remove func(), err error) {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dist, descriptionFile)
	temporary := name + ".new"
	if err := os.WriteFile(temporary, append(data, '\n'), 0o600); err != nil {
		return nil, err
	}
	return func() { os.Remove(name) }, os.Rename(temporary, name)
}

// print tells the user where everything is, and the first request to make.
func (d description) print(out io.Writer) {
	fmt.Fprintf(out, "\nMeridian is up.\n\n")
	fmt.Fprintf(out, "  edge       %s\n", d.Edge)
	fmt.Fprintf(out, "  docs       %s%s/\n", d.Edge, docsPath)
	for _, r := range d.Regions {
		fmt.Fprintf(out, "  %-10s %s   DynamoDB %s\n", r.Name, r.URL, r.DynamoDB)
	}
	fmt.Fprintf(out, "  issuer     %s\n", d.Issuer)
	fmt.Fprintf(out, "  logs       %s\n", filepath.Join(workspace.Dist, logsFolder))
	fmt.Fprintf(out, "  users     ")
	for _, u := range d.Users {
		fmt.Fprintf(out, " %s", u.Name)
	}
	fmt.Fprintf(out, "   (tokens in %s)\n\n", filepath.Join(workspace.Dist, descriptionFile))
	fmt.Fprintf(out, "As %s, from Vancouver:\n\n", d.Users[0].Name)
	fmt.Fprintf(out, "  TOKEN=%s\n", d.Users[0].AccessToken)
	fmt.Fprintf(out, "  curl -i -H \"Authorization: Bearer $TOKEN\" -H 'X-Client-Location: 49.28,-123.12' %s/accounts/me\n\n", d.Edge)
	fmt.Fprintf(out, "Ctrl-C ends everything.\n")
}
