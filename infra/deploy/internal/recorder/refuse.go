package recorder

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// refuse returns the error that AWS would have for changes that are out of order.
func (r recorder) refuse(stack string, p recordedPlan) error {
	root, rest, _ := strings.Cut(stack, "/")
	folder := strings.TrimSuffix(r.statePath(), filepath.FromSlash(stack)+".tfstate")
	other := func(key string) map[string]map[string]any {
		have, err := ReadState(filepath.Join(folder, filepath.FromSlash(key)+".tfstate"))
		if err != nil {
			panic(err)
		}
		return have
	}
	context, region, _ := strings.Cut(rest, "/")
	switch root {
	case "functions":
		if _, ok := other("global")["aws_kms_key."+region]; !ok && len(p.Want) > 0 {
			return fmt.Errorf("the key of %s does not exist", region)
		}
		used, _ := other("api/" + region)["aws_api_gateway_rest_api.api"]["functions"].([]any)
		for _, f := range used {
			name, isOurs := strings.CutPrefix(f.(string), context+"/")
			if _, stays := p.Want["aws_lambda_function."+name]; isOurs && !stays {
				return fmt.Errorf("the API of %s still calls %s/%s", region, context, name)
			}
		}
	case "api":
		certificate, issued := other("global")["aws_acm_certificate."+rest]
		if wanted, applies := p.Want["aws_api_gateway_rest_api.api"]; applies && (!issued || certificate["key"] != wanted["domain"]) {
			return fmt.Errorf("%v does not have a certificate in %s", wanted["domain"], rest)
		}
		functions, _ := p.Want["aws_api_gateway_rest_api.api"]["functions"].([]any)
		for _, f := range functions {
			context, name, _ := strings.Cut(f.(string), "/")
			if _, ok := other("functions/" + context + "/" + rest)["aws_lambda_function."+name]; !ok {
				return fmt.Errorf("the function %s of %s does not exist", f, rest)
			}
		}
	case "data":
		have, err := r.read()
		if err != nil {
			return err
		}
		for address, table := range have {
			if table["deletion_protection_enabled"] != true {
				continue
			}
			after, stays := p.Want[address]
			if !stays {
				return fmt.Errorf("%s is protected from deletion", address)
			}
			for _, region := range table["replicas"].([]any) {
				if !slices.Contains(after["replicas"].([]any), region) {
					return fmt.Errorf("the replica of %s in %s is protected from deletion", address, region)
				}
			}
		}
	case "global":
		for _, change := range p.Changes {
			region, isCertificate := strings.CutPrefix(fmt.Sprint(change["address"]), "aws_acm_certificate.")
			actions := fmt.Sprint(change["change"].(map[string]any)["actions"])
			if _, used := other("api/" + region)["aws_api_gateway_rest_api.api"]; used && isCertificate && strings.Contains(actions, "delete") {
				return fmt.Errorf("the certificate of %s is in use by its API", region)
			}
		}
		states, err := filepath.Glob(filepath.Join(folder, "data", "*.tfstate"))
		if err != nil {
			return err
		}
		for _, state := range states {
			for name, table := range other("data/" + strings.TrimSuffix(filepath.Base(state), ".tfstate")) {
				for _, region := range table["replicas"].([]any) {
					if _, stays := p.Want["aws_kms_key."+region.(string)]; !stays {
						return fmt.Errorf("%s still has a replica in %s, whose key would go", name, region)
					}
				}
			}
		}
	}
	return nil
}

// countInterrupts makes the recorder go on after an interrupt, as Terraform does,
// and note it.
func (r recorder) countInterrupts(stack string) {
	interrupts := make(chan os.Signal, 8)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		for range interrupts {
			f, err := os.OpenFile(filepath.Join(r.dir, "interrupts"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				panic(err)
			}
			f.WriteString(stack + "\n")
			f.Close()
		}
	}()
}
