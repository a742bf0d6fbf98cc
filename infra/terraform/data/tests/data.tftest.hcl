mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111122223333"
    }
  }

  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_data "aws_kms_alias" {
    defaults = {
      target_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    }
  }
}

variables {
  repository  = "../testdata/house"
  environment = "prod"
  context     = "orders"
}

run "a_table_has_the_manifests_keys_index_and_expiry" {
  command = plan

  assert {
    condition     = toset(keys(aws_dynamodb_table.table)) == toset(["order-numbers", "orders", "orders-archive"])
    error_message = "The tables are not the manifest's."
  }

  assert {
    condition     = jsonencode({ for a in aws_dynamodb_table.table["orders"].attribute : a.name => a.type }) == jsonencode({ createdAt = "N", customer = "S", orderId = "S" })
    error_message = "The attributes are not the keys'."
  }

  assert {
    condition = (
      one(aws_dynamodb_table.table["orders"].global_secondary_index).range_key == "createdAt" && one(aws_dynamodb_table.table["orders"].global_secondary_index).non_key_attributes == toset(["total"])
      && aws_dynamodb_table.table["orders"].ttl[0].attribute_name == "expires" && aws_dynamodb_table.table["orders"].ttl[0].enabled
    )
    error_message = "The index or the expiry is not the manifest's."
  }

  assert {
    condition     = aws_dynamodb_table.table["orders-archive"].range_key == "version" && length(aws_dynamodb_table.table["orders-archive"].global_secondary_index) == 0
    error_message = "The second table is not the manifest's."
  }
}

run "table_and_replicas_are_protected_recoverable_encrypted_and_tagged" {
  command = plan

  assert {
    condition = alltrue([
      for t in aws_dynamodb_table.table : t.region == "us-east-1" && t.deletion_protection_enabled && t.point_in_time_recovery[0].enabled && t.point_in_time_recovery[0].recovery_period_in_days == 35
      && t.server_side_encryption[0].enabled && startswith(t.server_side_encryption[0].kms_key_arn, "arn:aws:kms:")
    ])
    error_message = "A table is not protected, recoverable, encrypted or tagged."
  }

  assert {
    condition = alltrue(flatten([
      for t in aws_dynamodb_table.table : [
        for r in t.replica : r.region_name == "us-west-2" && r.deletion_protection_enabled && r.point_in_time_recovery && r.propagate_tags && startswith(r.kms_key_arn, "arn:aws:kms:")
      ]
    ]))
    error_message = "A replica is not protected, recoverable, encrypted or tagged."
  }
}

run "tables_and_indexes_are_on_demand_with_a_maximum" {
  command = plan

  assert {
    condition = alltrue([
      for t in aws_dynamodb_table.table : t.billing_mode == "PAY_PER_REQUEST"
      && alltrue([for cap in concat(t.on_demand_throughput, flatten([for i in t.global_secondary_index : i.on_demand_throughput])) : cap.max_read_request_units == 4000 && cap.max_write_request_units == 1000])
    ])
    error_message = "A table or index has no maximum."
  }

  assert {
    condition     = alltrue([for t in aws_dynamodb_table.table : length(t.on_demand_throughput) == 1 && alltrue([for i in t.global_secondary_index : length(i.on_demand_throughput) == 1])])
    error_message = "A table or index has no maximum at all."
  }
}

run "a_third_region_is_one_more_replica_and_changes_nothing_else" {
  command = plan

  variables {
    environment = "wide"
  }

  assert {
    condition     = alltrue([for name, t in aws_dynamodb_table.table : toset([for r in t.replica : r.region_name]) == toset(["us-west-2", "ca-central-1"]) && t.region == "us-east-1" if name != "order-numbers"])
    error_message = "The third Region has no replica."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.replication) == 2 * 6 + 2
    error_message = "A link between Regions has no alarm."
  }
}

run "every_links_alarm_is_in_its_source_region" {
  command = plan

  assert {
    condition     = toset([for a in aws_cloudwatch_metric_alarm.replication : "${a.region}>${a.dimensions["ReceivingRegion"]}"]) == toset(["us-east-1>us-west-2", "us-west-2>us-east-1"])
    error_message = "A link's alarm is in the wrong Region."
  }

  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.replication : a.alarm_actions == toset(["arn:aws:sns:${a.region}:111122223333:prod-alarms"])])
    error_message = "An alarm notifies another Region's topic, which CloudWatch refuses."
  }
}

run "slow_replication_has_an_alarm" {
  command = plan

  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.replication : a.metric_name == "ReplicationLatency" && a.threshold == 3000])
    error_message = "An alarm has another metric, or another threshold than the environment's."
  }

  assert {
    condition     = alltrue([for t in aws_dynamodb_table.table : t.stream_enabled && t.stream_view_type == "NEW_AND_OLD_IMAGES"])
    error_message = "A table could not be replicated."
  }
}

run "the_tables_dashboard_shows_replication_capacity_and_throttles_in_every_region" {
  command = plan

  assert {
    condition = jsonencode({ for w in jsondecode(aws_cloudwatch_dashboard.tables[0].dashboard_body).widgets : w.properties.title => length(w.properties.metrics) }) == jsonencode({
      "Replication latency (ms)" = 6, "Consumed capacity (units)" = 12, "Throttled requests" = 12
    })
    error_message = "Got ${aws_cloudwatch_dashboard.tables[0].dashboard_body}"
  }
}

run "throttles_of_every_table_and_index_have_alarms_in_every_region" {
  command = plan

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.throttles)) == toset(["order-numbers/us-east-1", "order-numbers/us-west-2", "orders/us-east-1", "orders/us-west-2", "orders/us-east-1/by-customer", "orders/us-west-2/by-customer", "orders-archive/us-east-1", "orders-archive/us-west-2"])
    error_message = "Got ${jsonencode(keys(aws_cloudwatch_metric_alarm.throttles))}"
  }
}

run "alarms_of_tables_are_about_the_table_and_silent_without_traffic" {
  command = plan

  assert {
    condition     = alltrue([for a in concat(values(aws_cloudwatch_metric_alarm.replication), values(aws_cloudwatch_metric_alarm.throttles)) : a.treat_missing_data == "notBreaching"])
    error_message = "An alarm fires on no data."
  }

  assert {
    condition = alltrue([for key, a in aws_cloudwatch_metric_alarm.replication : a.dimensions["TableName"] == "prod-${split("/", key)[0]}"]) && (
      toset(flatten([for q in aws_cloudwatch_metric_alarm.throttles["orders/us-east-1/by-customer"].metric_query : [for m in q.metric : jsonencode(m.dimensions)]]))
      == toset([jsonencode({ GlobalSecondaryIndexName = "by-customer", TableName = "prod-orders" })])
    )
    error_message = "An alarm is about another table or index."
  }
}

run "a_lean_table_has_awss_key_and_no_alarms" {
  command = plan

  variables {
    environment = "lean"
  }

  assert {
    condition     = length(data.aws_kms_alias.environment) == 0
    error_message = "A table needs a key that a lean environment does not have."
  }

  assert {
    condition     = length(concat(values(aws_cloudwatch_metric_alarm.replication), values(aws_cloudwatch_metric_alarm.throttles), aws_cloudwatch_dashboard.tables)) == 0
    error_message = "An alarm or a dashboard costs something at rest."
  }
}

run "a_strongly_consistent_table_has_the_environments_members" {
  command = plan

  variables {
    environment = "wide"
  }

  assert {
    condition = jsonencode([for r in aws_dynamodb_table.table["order-numbers"].replica : [r.region_name, r.consistency_mode]]) == jsonencode([["us-west-2", "STRONG"]]) && (
      one(aws_dynamodb_table.table["order-numbers"].global_table_witness).region_name == "us-east-2"
    )
    error_message = "The table has not the members of the environment, or it is not strongly consistent."
  }

  assert {
    condition = toset([for r in aws_dynamodb_table.table["orders"].replica : "${r.region_name} ${r.consistency_mode}"]) == toset(["ca-central-1 EVENTUAL", "us-west-2 EVENTUAL"]) && (
      length(aws_dynamodb_table.table["orders"].global_table_witness) == 0
    )
    error_message = "Another table has not a replica in each Region that serves."
  }
}

run "one_region_has_an_ordinary_table_under_another_name" {
  command = plan

  variables {
    environment = "single"
  }

  assert {
    condition = { for key, t in aws_dynamodb_table.table : key => "${t.name} ${length(t.replica)} ${length(t.global_table_witness)}" } == {
      orders = "single-orders 0 0", orders-archive = "single-orders-archive 0 0", order-numbers-ordinary = "single-order-numbers-ordinary 0 0"
    }
    error_message = "Got ${jsonencode({ for key, t in aws_dynamodb_table.table : key => "${t.name} ${length(t.replica)} ${length(t.global_table_witness)}" })}"
  }
}

run "both_tables_exist_while_items_are_copied" {
  command = plan

  variables {
    phase = "copying"
  }

  assert {
    condition = (
      length(aws_dynamodb_table.table["order-numbers-ordinary"].replica) == 0 && aws_dynamodb_table.table["order-numbers-ordinary"].deletion_protection_enabled &&
      one(aws_dynamodb_table.table["order-numbers"].replica).consistency_mode == "STRONG" && aws_dynamodb_table.table["order-numbers"].name == "prod-order-numbers"
    )
    error_message = "The ordinary table is not protected, or the other one is not strongly consistent."
  }
}

run "the_ordinary_table_is_not_protected_after_it_was_copied" {
  command = plan

  variables {
    phase = "switched"
  }

  assert {
    condition     = { for key, t in aws_dynamodb_table.table : key => t.deletion_protection_enabled } == { orders = true, orders-archive = true, order-numbers = true, order-numbers-ordinary = false }
    error_message = "Got ${jsonencode({ for key, t in aws_dynamodb_table.table : key => t.deletion_protection_enabled })}"
  }
}

run "a_context_without_tables_has_no_resources" {
  command = plan

  variables {
    context = "invoices"
  }

  assert {
    condition     = length(aws_dynamodb_table.table) == 0 && length(aws_cloudwatch_metric_alarm.throttles) == 0
    error_message = "A context without tables has one."
  }
}

run "a_developers_tables_can_be_destroyed" {
  command = plan

  variables {
    environment = "ada"
  }

  assert {
    condition     = alltrue([for t in aws_dynamodb_table.table : startswith(t.name, "ada-") && !t.deletion_protection_enabled])
    error_message = "A table is protected, or does not have ada's name."
  }
}

run "a_bad_region_fails" {
  command = plan

  variables {
    environment = "badregion"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "an_unknown_environment_fails" {
  command = plan

  variables {
    environment = "staging"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_missing_domain_fails" {
  command = plan

  variables {
    environment = "nodomain"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "an_unknown_context_fails" {
  command = plan

  variables {
    context = "shipments"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_context_with_one_table_has_a_dashboard" {
  command = plan

  variables {
    repository  = "../testdata/plain"
    environment = "ada"
    context     = "subscriptions-of-our-members"
  }

  assert {
    condition     = length(aws_dynamodb_table.table) == 1 && length(aws_cloudwatch_dashboard.tables) == 1
    error_message = "Got ${length(aws_dynamodb_table.table)} tables and ${length(aws_cloudwatch_dashboard.tables)} dashboards."
  }
}

run "one_region_has_no_replicas_and_no_graph_of_them" {
  command = plan

  variables {
    environment = "single"
  }

  assert {
    condition     = alltrue([for t in aws_dynamodb_table.table : length(t.replica) == 0 && length(t.global_table_witness) == 0])
    error_message = "A table has a replica or a witness."
  }
}

run "one_region_with_one_table_has_a_graph_with_one_line" {
  command = plan

  variables {
    repository  = "../testdata/plain"
    environment = "single"
    context     = "subscriptions-of-our-members"
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.tables) == 1
    error_message = "The table has no dashboard."
  }
}
