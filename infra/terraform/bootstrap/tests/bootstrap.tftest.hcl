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

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/mock"
    }
  }

  mock_resource "aws_iam_policy" {
    defaults = {
      arn = "arn:aws:iam::111122223333:policy/mock"
    }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = {
      arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::mock"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    }
  }
}

# Different ARNs, so that a test notices the wrong one.
override_resource {
  target = aws_iam_role.gateway
  values = {
    arn = "arn:aws:iam::111122223333:role/gateway"
  }
}

override_resource {
  target = aws_iam_policy.named
  values = {
    arn = "arn:aws:iam::111122223333:policy/named"
  }
}

override_resource {
  target = aws_iam_policy.unnamed
  values = {
    arn = "arn:aws:iam::111122223333:policy/unnamed"
  }
}

override_resource {
  target = aws_iam_policy.states
  values = {
    arn = "arn:aws:iam::111122223333:policy/states"
  }
}

variables {
  repository  = "../testdata/house"
  environment = "prod"
}

run "states_are_copied_to_a_second_region" {
  command = apply

  assert {
    condition     = aws_s3_bucket_replication_configuration.state.region == "us-east-1" && aws_s3_bucket_replication_configuration.state.rule[0].status == "Enabled" && aws_kms_key.state["replica"].region == "us-west-2"
    error_message = "The bucket of the states is not replicated."
  }

  assert {
    condition     = output.bucket.region == "us-east-1"
    error_message = "The output has another Region."
  }
}

run "the_copy_of_the_states_has_encrypted_objects_too" {
  command = plan

  assert {
    condition = (
      one(one(aws_s3_bucket_replication_configuration.state.rule[0].source_selection_criteria).sse_kms_encrypted_objects).status == "Enabled"
      && aws_s3_bucket_replication_configuration.state.rule[0].delete_marker_replication[0].status == "Enabled"
    )
    error_message = "S3 copies encrypted objects only if the rule selects them, and every state is encrypted."
  }
}

run "waf_can_log_for_every_environment_of_the_account" {
  command = plan

  assert {
    condition = toset(keys(aws_cloudwatch_log_resource_policy.firewall)) == toset(["ca-central-1", "us-east-1", "us-west-2"]) && alltrue([
      for r, p in aws_cloudwatch_log_resource_policy.firewall : one(jsondecode(p.policy_document).Statement).Resource == "arn:aws:logs:${r}:111122223333:log-group:aws-waf-logs-*:log-stream:*"
    ])
    error_message = "AWS would add each firewall's log group to a policy until it is full."
  }
}

run "no_bucket_of_the_account_is_public" {
  command = plan

  assert {
    condition     = aws_s3_account_public_access_block.account.block_public_policy && aws_s3_account_public_access_block.account.restrict_public_buckets
    error_message = "A bucket of the account could be public."
  }
}

run "api_gateway_can_log_in_every_region_of_every_environment_of_the_account" {
  command = plan

  assert {
    condition     = toset(keys(aws_api_gateway_account.account)) == toset(["ca-central-1", "us-east-1", "us-west-2"])
    error_message = "Got ${jsonencode(keys(aws_api_gateway_account.account))}"
  }
}

run "another_accounts_regions_do_not_change" {
  command = plan

  variables {
    environment = "ada"
  }

  assert {
    condition     = toset(keys(aws_api_gateway_account.account)) == toset(["us-east-1", "us-west-2"])
    error_message = "Got ${jsonencode(keys(aws_api_gateway_account.account))}"
  }
}

run "an_unknown_environment_fails" {
  command = plan

  variables {
    environment = "prd"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_bad_region_fails" {
  command = plan

  variables {
    environment = "badregion"
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

run "each_environment_has_a_role_that_deploys_and_one_that_plans" {
  command = apply

  assert {
    condition     = length(setsubtract(["prod", "prod-plan"], keys(aws_iam_role.github))) == 0 && alltrue([for name in keys(aws_iam_role.github) : !startswith(name, "template")])
    error_message = "Got ${jsonencode(keys(aws_iam_role.github))}"
  }

  # A branch, a pull request and another environment have other subjects.
  assert {
    condition = jsondecode(aws_iam_role.github["prod-plan"].assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:meridian-api/meridian:environment:prod-plan"
      } }
    }]
    error_message = "Got ${aws_iam_role.github["prod-plan"].assume_role_policy}"
  }

  assert {
    condition     = toset([for key, p in aws_iam_role_policy_attachment.github : trimprefix(key, "prod-plan ") if startswith(key, "prod-plan ")]) == toset(["read", "states"])
    error_message = "The role that plans has other policies."
  }

  assert {
    condition     = toset([for key, p in aws_iam_role_policy_attachment.github : trimprefix(key, "prod ") if startswith(key, "prod ")]) == toset(["read", "states", "named", "unnamed"])
    error_message = "The role that deploys has other policies."
  }

  # The workflow asks for three hours.
  assert {
    condition     = aws_iam_role.github["prod"].max_session_duration == 10800 && aws_iam_role.github["prod-plan"].max_session_duration == 3600
    error_message = "A deployment's session would end before it, or a plan's long after it."
  }
}

run "a_plan_changes_nothing_but_locks_and_stored_releases" {
  command = apply

  assert {
    condition     = length([for a in jsondecode(aws_iam_policy.read.policy).Statement[0].Action : a if !can(regex(":(GET|Get|List|Describe|View)", a))]) == 0
    error_message = "Got ${aws_iam_policy.read.policy}"
  }

  # Items, users, log events and objects are data.
  assert {
    condition     = length([for a in jsondecode(aws_iam_policy.read.policy).Statement[0].Action : a if can(regex("^(dynamodb:(Get\\*|GetItem)|cognito-idp:(Get\\*|List\\*|ListUsers$)|logs:Get|s3:(Get\\*|GetObject)|secretsmanager:(Get\\*|GetSecretValue)|kms:Decrypt)", a))]) == 0
    error_message = "A plan reads data: ${aws_iam_policy.read.policy}"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_policy.states["prod"].policy).Statement : alltrue([for r in flatten([s.Resource]) : endswith(r, "/prod/*.tflock") || endswith(r, "/prod/releases/*")])
      if length([for a in flatten([s.Action]) : a if can(regex("Put|Delete", a))]) > 0
    ])
    error_message = "Got ${aws_iam_policy.states["prod"].policy}"
  }
}

run "a_deployment_is_confined_to_its_environments_names" {
  command = apply

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_policy.named["prod"].policy).Statement : alltrue([
        for r in flatten([s.Resource]) : can(regex("[:/-]prod[-/]|/prod/|-prod\\*$", r)) || endswith(r, ":role/aws-service-role/*") || endswith(r, ":log-group:API-Gateway-Execution-Logs_*")
      ])
    ])
    error_message = "Got ${aws_iam_policy.named["prod"].policy}"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_policy.named["prod"].policy).Statement : try(s.Condition.StringEquals["iam:PassedToService"], "") == "lambda.amazonaws.com"
      if contains(flatten([s.Action]), "iam:PassRole")
    ])
    error_message = "A role can be passed to another service than Lambda."
  }

  # AWS refuses a policy of more than 6,144 characters; names can be longer than prod.
  assert {
    condition     = alltrue([for p in concat([aws_iam_policy.read, aws_iam_policy.unnamed], values(aws_iam_policy.named), values(aws_iam_policy.states)) : length(p.policy) <= 5900])
    error_message = "Got ${jsonencode([for p in concat([aws_iam_policy.read, aws_iam_policy.unnamed], values(aws_iam_policy.named), values(aws_iam_policy.states)) : "${p.name} ${length(p.policy)}"])}"
  }
}

run "another_repository_is_written_as_owner_and_name" {
  command = plan

  variables {
    github_repository = "https://github.com/meridian-api/meridian"
  }

  expect_failures = [var.github_repository]
}

run "a_fork_deploys_from_its_own_repository" {
  command = apply

  variables {
    github_repository = "acme/api"
  }

  assert {
    condition     = strcontains(aws_iam_role.github["prod"].assume_role_policy, "repo:acme/api:environment:prod")
    error_message = "Got ${aws_iam_role.github["prod"].assume_role_policy}"
  }
}
