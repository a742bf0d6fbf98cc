variables {
  repository  = "../../testdata/house"
  environment = "prod"
  root        = "test"
}

run "an_environment_is_read_from_its_file" {
  command = plan

  assert {
    condition     = length(output.problems) == 0 && output.settings.domain == "api.meridian.example.com" && output.settings.protect
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_developers_own_environment_needs_no_file" {
  command = plan

  variables {
    environment = "ada"
  }

  assert {
    condition     = length(output.problems) == 0 && output.settings.domain == "api-ada.dev.meridian.example.com" && !output.settings.protect
    error_message = "Got ${jsonencode(output.problems)}"
  }

  assert {
    condition     = alltrue([for name in concat(values(output.names.tables), values(output.names.secrets), [output.names.topic, output.names.api]) : startswith(name, "ada")])
    error_message = "A name is not the environment's own: ${jsonencode(output.names)}"
  }
}

run "the_repositorys_own_environments_are_valid_dev" {
  command = plan

  variables {
    repository  = "../../../.."
    environment = "dev"
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "the_repositorys_own_environments_are_valid_prod" {
  command = plan

  variables {
    repository  = "../../../.."
    environment = "prod"
  }

  assert {
    condition     = length(output.problems) == 0 && output.settings.protect
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "the_repositorys_own_environments_are_valid_trial" {
  command = plan

  variables {
    repository  = "../../../.."
    environment = "trial"
  }

  assert {
    condition     = length(output.problems) == 0 && output.settings.state.backend == "local"
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "the_repositorys_own_environments_are_valid_template" {
  command = plan

  variables {
    repository  = "../../../.."
    environment = "ada"
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "contexts_and_their_functions_are_found_by_their_files" {
  command = plan

  assert {
    condition     = toset(keys(output.contexts)) == toset(["invoices", "orders"]) && output.names.functions["orders-list-orders"] == "prod-orders-list-orders"
    error_message = "Got ${jsonencode(keys(output.contexts))}"
  }
}

run "a_function_can_reserve_more_than_the_others" {
  command = plan

  assert {
    condition     = output.reserved_concurrency["orders-list-orders"] == 40 && output.reserved_concurrency["orders-cancel-order"] == 30
    error_message = "Got ${jsonencode(output.reserved_concurrency)}"
  }
}

run "an_unknown_environment_is_reported" {
  command = plan

  variables {
    environment = "prd"
  }

  assert {
    condition     = strcontains(join(" ", output.problems), "prd is unknown: infra/environments has ")
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_name_with_a_hyphen_is_reported" {
  command = plan

  variables {
    environment = "prod-accounts"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(output.problems[0], "prod-accounts is not an environment's name")
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_missing_domain_is_reported" {
  command = plan

  variables {
    environment = "nodomain"
  }

  assert {
    condition = jsonencode(sort(output.problems)) == jsonencode([
      "nodomain.json lacks alarms.emails: see template.json for its form.",
      "nodomain.json lacks domain: see template.json for its form.",
    ])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "an_empty_domain_is_reported" {
  command = plan

  variables {
    environment = "emptydomain"
  }

  assert {
    condition     = contains(output.problems, "emptydomain.json: domain is \"\", which is not a domain name.")
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_bad_region_is_reported" {
  command = plan

  variables {
    environment = "badregion"
  }

  assert {
    condition     = jsonencode(output.problems) == jsonencode(["badregion.json: us-wset-2 is not a Region in which the system can run."])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "members_that_a_strongly_consistent_table_cannot_have_are_reported" {
  command = plan

  variables {
    environment = "weak"
  }

  assert {
    condition = jsonencode(output.problems) == jsonencode([
      "weak.json: strong must have three replicas, or two and a witness in a third Region, because DynamoDB has no other strongly consistent tables.",
      "weak.json: strong.replicas lacks the home us-east-1.",
      "weak.json: strong has us-wset-2, which is not a Region in which the system can run.",
    ])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_misspelt_member_is_reported" {
  command = plan

  variables {
    environment = "misspelt"
  }

  assert {
    condition = jsonencode(sort(output.problems)) == jsonencode([
      "misspelt.json has the unknown member regons: see template.json for the members.",
      "misspelt.json has the unknown member tables.maxReads: see template.json for the members.",
    ])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "values_that_aws_would_refuse_are_reported" {
  command = plan

  variables {
    environment = "wrongvalues"
  }

  assert {
    condition = jsonencode(sort(output.problems)) == jsonencode([
      "wrongvalues.json: alarms.emails has \"nobody\", which is not an e-mail address.",
      "wrongvalues.json: api.firewall is allow: it must be one of block, count.",
      "wrongvalues.json: health.intervalSeconds is 20: it must be one of 10, 30.",
      "wrongvalues.json: logs.retentionDays is 45: it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653.",
      "wrongvalues.json: regions is a string and must be a list.",
      "wrongvalues.json: tables.recoveryDays is a string and must be a number.",
      "wrongvalues.json: traces.rate is 5: it must be between 0 and 1.",
      "wrongvalues.json: traffic.requestsPerMonth has no default: add one for the operations without a number.",
      "wrongvalues.json: traffic.requestsPerMonth.listOrders is \"many\", which is not a number from 0.",
    ])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "reservations_beyond_the_accounts_concurrency_are_reported" {
  command = plan

  variables {
    environment = "crowded"
  }

  assert {
    condition     = length(output.problems) == 1 && strcontains(output.problems[0], "the functions reserve 1240 of the account's 1000 concurrent executions")
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_region_of_another_environment_is_reported" {
  command = plan

  variables {
    region = "ca-central-1"
  }

  assert {
    condition     = jsonencode(output.problems) == jsonencode(["ca-central-1 is not a Region of prod: us-east-1, us-west-2."])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "an_unknown_context_is_reported" {
  command = plan

  variables {
    context = "shipments"
  }

  assert {
    condition     = jsonencode(output.problems) == jsonencode(["shipments is not a context: invoices, orders."])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "everything_is_tagged_with_system_environment_root_context_and_owner" {
  command = plan

  variables {
    context = "orders"
  }

  assert {
    condition     = jsonencode(output.tags) == jsonencode({ context = "orders", environment = "prod", owner = "team-orders", root = "test", system = "meridian" })
    error_message = "Got ${jsonencode(output.tags)}"
  }
}

run "a_region_calls_the_nearest_member" {
  command = plan

  variables {
    environment = "distant"
  }

  assert {
    condition = output.strong_region == {
      us-east-1 = "us-east-1", us-west-2 = "us-west-2", ca-central-1 = "us-east-1", ca-west-1 = "us-west-2", eu-west-1 = "us-east-1", ap-northeast-1 = "us-west-2",
    }
    error_message = "Got ${jsonencode(output.strong_region)}"
  }
}

run "each_wrong_place_is_reported" {
  command = plan

  variables {
    environment = "refused"
  }

  assert {
    condition     = length(output.problems) == 18
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "an_environment_without_a_region_is_reported" {
  command = plan

  variables {
    environment = "noregions"
  }

  assert {
    condition     = jsonencode(output.problems) == jsonencode(["noregions.json: regions is empty.", "noregions.json: home us-east-1 is not one of the regions."])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "a_strongly_consistent_table_without_replicas_is_reported" {
  command = plan

  variables {
    environment = "unreplicated"
  }

  assert {
    condition     = jsonencode(output.problems) == jsonencode(["unreplicated.json: strong.replicas is empty: a context has a strongly consistent table."])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "three_replicas_need_no_witness" {
  command = plan

  variables {
    environment = "three"
  }

  assert {
    condition     = length(output.problems) == 0 && output.strong_region == { us-east-1 = "us-east-1", us-west-2 = "us-west-2", eu-west-1 = "us-east-1", ca-central-1 = "us-east-1", ap-south-1 = "us-west-2" }
    error_message = "Got ${jsonencode(output.problems)}, ${jsonencode(output.strong_region)}"
  }
}

run "regions_of_europe_call_the_european_member" {
  command = plan

  variables {
    environment = "european"
  }

  assert {
    condition     = length(output.problems) == 0 && output.strong_region == { eu-west-1 = "eu-west-1", eu-central-1 = "eu-west-1", us-west-2 = "us-west-2", il-central-1 = "eu-west-1" }
    error_message = "Got ${jsonencode(output.problems)}, ${jsonencode(output.strong_region)}"
  }
}

run "one_region_needs_no_members" {
  command = plan

  variables {
    environment = "alone"
  }

  assert {
    condition     = length(output.problems) == 0 && jsonencode(output.strong) == jsonencode({ replicas = [], witness = "" })
    error_message = "Got ${jsonencode(output.problems)}, ${jsonencode(output.strong)}"
  }
}

run "a_system_without_strongly_consistent_tables_has_no_members" {
  command = plan

  variables {
    repository  = "../../testdata/plain"
    environment = "ada"
  }

  assert {
    condition     = length(output.problems) == 0 && jsonencode(output.strong) == jsonencode({ replicas = [], witness = "" })
    error_message = "Got ${jsonencode(output.problems)}, ${jsonencode(output.strong)}"
  }
}

run "a_region_of_asia_calls_the_asian_member" {
  command = plan

  variables {
    environment = "asian"
  }

  assert {
    condition     = length(output.problems) == 0 && output.strong_region["ap-south-1"] == "ap-northeast-1"
    error_message = "Got ${jsonencode(output.problems)}, ${jsonencode(output.strong_region)}"
  }
}

run "a_newer_manifest_and_a_table_of_two_contexts_are_reported" {
  command = plan

  variables {
    repository  = "../../testdata/newer"
    environment = "ada"
  }

  assert {
    condition = jsonencode(output.problems) == jsonencode([
      "orders/service.json has format 9, and infra reads the formats 1: the file was written by a newer module contract: update infra to the version that reads it.",
      "The contexts orders and sales both declare orders: names of tables and secrets must be unique in the system.",
    ])
    error_message = "Got ${jsonencode(output.problems)}"
  }
}

run "functions_use_the_ordinary_table_while_the_other_one_is_filled" {
  command = plan

  variables {
    phase = "filling"
  }

  assert {
    condition     = output.ordinary.exist && output.ordinary.used
    error_message = "Got ${jsonencode(output.ordinary)}"
  }
}

run "the_phase_is_read_from_the_file_of_the_roll_out" {
  command = plan

  variables {
    repository  = "../../testdata/newer"
    environment = "ada"
  }

  assert {
    condition     = output.ordinary.phase == "copying" && output.ordinary.used
    error_message = "Got ${jsonencode(output.ordinary)}"
  }
}
