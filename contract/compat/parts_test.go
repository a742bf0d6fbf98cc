package compat

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
)

// deprecateParts deprecates a parameter, a header, a property, and a value of a parameter
// and of a property, with a sunset or, if it is empty, without dates.
func deprecateParts(spec object, sunset string) {
	ends := object{"deprecated": true}
	text := "2026-01-01/" + sunset + ": use something else"
	if sunset != "" {
		maps.Copy(ends, object{
			manifest.SinceExtension: "2026-01-01", manifest.SunsetExtension: sunset,
			manifest.ReasonExtension: "use something else",
		})
	}
	maps.Copy(parameter(spec, 1), ends)
	maps.Copy(at(operationOf(spec, "/orders", "get"), "responses", "200", "headers", "ETag"), ends)
	maps.Copy(property(spec, "Order", "description"), ends)
	parameter(spec, 0)[manifest.ValuesExtension] = object{"shipped": text}
	property(spec, "Order", "state")[manifest.ValuesExtension] = object{"shipped": text}
}

// removeParts removes what deprecateParts deprecates.
func removeParts(spec object) {
	get := operationOf(spec, "/orders", "get")
	get["parameters"] = get["parameters"].([]any)[:1]
	delete(at(get, "responses", "200", "headers"), "ETag")
	delete(at(spec, "components", "schemas", "Order", "properties"), "description")
	at(parameter(spec, 0), "schema")["enum"] = []any{"open"}
	property(spec, "Order", "state")["enum"] = []any{"open"}
}

// TestWithdrawParts removes deprecated parts of an operation and of a schema.
func TestWithdrawParts(t *testing.T) {
	for _, test := range []struct {
		name, version string
		sunset        string
		days          int // between the release and the removal
		level         Level
		next          string
		text, advice  string // after the part
	}{
		{
			name: "after the notice and the sunset", version: "1.3.0", sunset: "2026-10-31", days: 180,
			level: Compatible, next: "1.4.0", text: " withdrawn, 180 days after orders/v1.3.0 deprecated it",
		},
		{
			name: "before the sunset", version: "1.3.0", sunset: "2026-11-02", days: 180,
			level: Breaking, next: "2.0.0", text: " removed, which is deprecated",
			advice: "withdraw it from 2026-11-02 on, as orders/v1.3.0 announced",
		},
		{
			name: "before the end of the notice", version: "1.3.0", sunset: "2026-10-31", days: 179,
			level: Breaking, next: "2.0.0", text: " removed, which is deprecated",
			advice: "withdraw it 180 days after the release that deprecated it (orders/v1.3.0, 179 days ago)",
		},
		{
			name: "before 1.0.0", version: "0.3.0", sunset: "2026-10-31", days: 180,
			level: Breaking, next: "0.4.0", text: " removed, which is deprecated",
			advice: "withdraw it 180 days after the release that deprecated it (orders/v0.3.0, 180 days ago)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			repo := newMonorepo(t)
			end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			t.Setenv("GIT_COMMITTER_DATE", end.AddDate(0, 0, -test.days).Format(time.RFC3339))
			repo.spec("orders", func(spec object) { deprecateParts(spec, test.sunset) })
			repo.version("orders", test.version)
			repo.commit("orders/v" + test.version)
			t.Setenv("GIT_COMMITTER_DATE", end.Format(time.RFC3339))
			repo.spec("orders", removeParts)
			repo.commit()
			got := repo.report("", "orders")
			if got.Level != test.level || got.Next != test.next {
				t.Errorf("level %s, next version %s, want %s and %s", got.Level, got.Next, test.level, test.next)
			}
			texts, want := map[string]string{}, map[string]string{}
			for _, c := range got.Changes {
				if c.Level != None {
					texts[c.Text] = c.Advice
				}
			}
			for _, part := range []string{
				"query parameter limit", "header ETag of status 200", "property description of Order",
				"value shipped of query parameter state", "value shipped of property state of Order",
			} {
				want[part+test.text] = test.advice
			}
			if diff := cmp.Diff(want, texts); diff != "" {
				t.Errorf("the advice by text of the changes (-want +got):\n%s", diff)
			}
		})
	}
}

// deprecateTypes adds a union to the orders of requests and responses, whose variant Transfer
// is deprecated, and a property with a type of its own, which is deprecated.
func deprecateTypes(spec object, sunset string) {
	schemas := at(spec, "components", "schemas")
	for name, value := range map[string]string{"Card": "card", "Transfer": "transfer"} {
		schemas[name] = object{"type": "object", "required": []any{"kind"}, "properties": object{
			"kind": object{"type": "string", "enum": []any{value}},
		}}
	}
	schemas["Gift"] = object{"type": "object"}
	for _, name := range []string{"Gift", "Transfer"} {
		maps.Copy(at(schemas, name), object{
			"deprecated": true, manifest.SinceExtension: "2026-01-01", manifest.SunsetExtension: sunset,
			manifest.ReasonExtension: "use something else",
		})
	}
	schemas["Payment"] = object{
		"oneOf": []any{object{"$ref": "#/components/schemas/Card"}, object{"$ref": "#/components/schemas/Transfer"}},
		"discriminator": object{"propertyName": "kind", "mapping": object{
			"card": "#/components/schemas/Card", "transfer": "#/components/schemas/Transfer",
		}},
	}
	for _, of := range []string{"Order", "NewOrder"} {
		properties := at(schemas, of, "properties")
		properties["payment"] = object{"allOf": []any{object{"$ref": "#/components/schemas/Payment"}}}
		properties["gifts"] = object{"type": "array", "items": object{"$ref": "#/components/schemas/Gift"}}
	}
}

// TestWithdrawTypes removes a deprecated variant, and properties of a deprecated type.
func TestWithdrawTypes(t *testing.T) {
	for sunset, want := range map[string]Level{"2026-10-31": Compatible, "2026-11-02": Breaking} {
		t.Run(sunset, func(t *testing.T) {
			repo := newMonorepo(t)
			end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			t.Setenv("GIT_COMMITTER_DATE", end.AddDate(0, 0, -180).Format(time.RFC3339))
			repo.spec("orders", func(spec object) { deprecateTypes(spec, sunset) })
			repo.version("orders", "1.3.0")
			repo.commit("orders/v1.3.0")
			t.Setenv("GIT_COMMITTER_DATE", end.Format(time.RFC3339))
			repo.spec("orders", func(spec object) {
				deprecateTypes(spec, sunset)
				payment := at(spec, "components", "schemas", "Payment")
				payment["oneOf"] = payment["oneOf"].([]any)[:1]
				delete(at(payment, "discriminator", "mapping"), "transfer")
				for _, of := range []string{"Order", "NewOrder"} {
					delete(at(spec, "components", "schemas", of, "properties"), "gifts")
				}
			})
			repo.commit()
			got := map[string]Level{}
			for _, c := range repo.report("", "orders").Changes {
				part, _, _ := strings.Cut(c.Text, map[Level]string{Compatible: " withdrawn", Breaking: " removed"}[want])
				got[part] = c.Level
			}
			for _, part := range []string{
				"variant Transfer of Payment", "property gifts of Order", "property gifts of NewOrder",
			} {
				if got[part] != want {
					t.Errorf("%s: level %q, want %q: %v", part, got[part], want, got)
				}
			}
		})
	}
}

// TestRemovePartsWithoutDeprecation checks that only a deprecation withdraws.
func TestRemovePartsWithoutDeprecation(t *testing.T) {
	repo := newMonorepo(t)
	repo.version("orders", "1.3.0")
	repo.commit("orders/v1.3.0")
	repo.spec("orders", removeParts)
	repo.commit()
	if got := repo.report("", "orders"); got.Level != Breaking || got.Next != "2.0.0" {
		t.Errorf("level %s, next version %s, want breaking and 2.0.0", got.Level, got.Next)
	}
}

// TestDeprecatePartsIsCompatible checks that neither the deprecation nor its dates break
// clients, also when the sunset is near: the release counts the notice.
func TestDeprecatePartsIsCompatible(t *testing.T) {
	repo := newMonorepo(t)
	repo.version("orders", "1.3.0")
	repo.commit("orders/v1.3.0")
	repo.spec("orders", func(spec object) { deprecateParts(spec, "2026-07-01") })
	repo.commit()
	if got := repo.report("", "orders"); got.Level != Compatible {
		t.Errorf("level %s, want compatible: %v", got.Level, got.Changes)
	}
}
