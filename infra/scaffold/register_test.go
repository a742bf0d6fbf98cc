package scaffold

import "testing"

func TestListsOfModules(t *testing.T) {
	others := []string{"accounts", "profiles"}
	for _, test := range []struct {
		name      string
		edit      func(old, name string, others []string) string
		old, want string
	}{
		{"names", addToLists, "options: [accounts, infra, profiles]\n", "options: [accounts, infra, orders, profiles]\n"},
		{"folders", addToLists, "directories: [/accounts, /profiles]\n", "directories: [/accounts, /orders, /profiles]\n"},
		{"another list", addToLists, "labels: [bug]\n", "labels: [bug]\n"},
		{"a list of some contexts", addToLists, "options: [accounts]\n", "options: [accounts]\n"},
		{
			"owners", addOwner, "*  @acme/all\n/accounts/  @acme/team-accounts\n/profiles/  @acme/team-profiles\n",
			"*  @acme/all\n/accounts/  @acme/team-accounts\n/profiles/  @acme/team-profiles\n/orders/  @acme/team-orders\n",
		},
		{"no owners of contexts", addOwner, "*  @acme/all\n", "*  @acme/all\n"},
		{
			"table", addToTable, "| [`profiles`](profiles) | bounded context: names |\n| [`infra`](infra) | more |\n",
			"| [`profiles`](profiles) | bounded context: names |\n| [`orders`](orders) | bounded context: orders |\n" +
				"| [`infra`](infra) | more |\n",
		},
		{"no table", addToTable, "# Title\n", "# Title\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.edit(test.old, "orders", others); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}
