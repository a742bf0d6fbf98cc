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

  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/mock"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:us-west-2:111122223333:log-group:mock"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    }
  }

  mock_resource "aws_acm_certificate" {
    defaults = {
      domain_validation_options = [
        for name in [
          "api.meridian.example.com",
          "us-east-1.api.meridian.example.com",
          "us-west-2.api.meridian.example.com",
          "api-ada.dev.meridian.example.com",
          "us-east-1.api-ada.dev.meridian.example.com",
          "us-west-2.api-ada.dev.meridian.example.com",
          "api-nodomain.dev.meridian.example.com",
          "us-east-1.api-nodomain.dev.meridian.example.com",
          "us-west-2.api-nodomain.dev.meridian.example.com",
          "api-production.dev.meridian.example.com",
          "us-east-1.api-production.dev.meridian.example.com",
          "us-west-2.api-production.dev.meridian.example.com",
          "ca-central-1.api.meridian.example.com",
          "api-lean.dev.meridian.example.com",
          "us-east-1.api-lean.dev.meridian.example.com",
          "us-west-2.api-lean.dev.meridian.example.com",
          "us-wset-2.api.meridian.example.com",
        ] :
        { domain_name = name, resource_record_name = "_mock.${name}", resource_record_type = "CNAME", resource_record_value = "mock.acm-validations.aws" }
      ]
    }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = {
      arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:mock-AbCdEf"
    }
  }

  mock_resource "aws_cognito_user_pool" {
    defaults = {
      arn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_mock"
    }
  }

  mock_resource "aws_lambda_function" {
    defaults = {
      arn = "arn:aws:lambda:us-east-1:111122223333:function:mock"
    }
  }

  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:us-east-1:111122223333:mock"
    }
  }
}

variables {
  repository  = "../testdata/house"
  environment = "prod"
}

run "each_region_has_its_own_key_topic_and_certificate" {
  command = plan

  assert {
    condition     = toset([for k in aws_kms_key.environment : k.region if k.enable_key_rotation]) == toset(["us-east-1", "us-west-2"])
    error_message = "A Region has no key, or one that does not rotate."
  }

  assert {
    condition = jsonencode({ for r, c in aws_acm_certificate.region : r => sort(concat([c.domain_name], tolist(c.subject_alternative_names))) }) == jsonencode({
      us-east-1 = ["api.meridian.example.com", "us-east-1.api.meridian.example.com"]
      us-west-2 = ["api.meridian.example.com", "us-west-2.api.meridian.example.com"]
    })
    error_message = "A Region's certificate is not for the domain and the Region's name."
  }
}

run "the_certificates_are_validated_by_dns" {
  command = apply

  assert {
    condition     = alltrue([for c in aws_acm_certificate.region : c.validation_method == "DNS"])
    error_message = "A certificate is not validated by DNS."
  }

  assert {
    condition     = alltrue([for r, v in aws_acm_certificate_validation.region : v.certificate_arn == aws_acm_certificate.region[r].arn && v.validation_record_fqdns == toset([aws_route53_record.proof["shared"].fqdn, aws_route53_record.proof[r].fqdn])])
    error_message = "A certificate is used before it is validated."
  }
}

run "the_shared_domain_has_one_validation_record" {
  command = plan

  assert {
    condition     = toset(keys(aws_route53_record.proof)) == toset(["shared", "us-east-1", "us-west-2"])
    error_message = "Got ${jsonencode(keys(aws_route53_record.proof))}"
  }
}

run "a_third_region_is_one_line_of_configuration" {
  command = plan

  variables {
    environment = "wide"
  }

  assert {
    condition     = contains(keys(aws_acm_certificate.region), "ca-central-1") && contains(keys(aws_sns_topic.alarms), "ca-central-1") && contains(keys(aws_kms_key.environment), "ca-central-1")
    error_message = "The third Region lacks a certificate, a topic or a key."
  }

  assert {
    condition     = alltrue([for s in aws_secretsmanager_secret.secret : toset([for r in s.replica : r.region]) == toset(["us-west-2", "ca-central-1"])])
    error_message = "A secret is not in the third Region."
  }
}

run "an_access_token_has_the_verified_address" {
  command = apply

  assert {
    condition = (
      aws_cognito_user_pool.users.lambda_config[0].pre_token_generation_config[0].lambda_version == "V2_0" &&
      aws_cognito_user_pool.users.lambda_config[0].pre_token_generation_config[0].lambda_arn == aws_lambda_function.platform["claims"].arn
    )
    error_message = "The user pool does not call the function that adds the claim."
  }

  assert {
    condition     = aws_lambda_permission.claims.source_arn == aws_cognito_user_pool.users.arn && aws_lambda_permission.claims.principal == "cognito-idp.amazonaws.com"
    error_message = "The user pool may not call the function, or others may."
  }

  assert {
    condition     = contains(["ESSENTIALS", "PLUS"], aws_cognito_user_pool.users.user_pool_tier)
    error_message = "The user pool's plan has no claims in access tokens."
  }
}

run "the_app_has_no_admin_scopes" {
  command = plan

  assert {
    condition     = toset([for s in aws_cognito_resource_server.context["orders"].scope : s.scope_name]) == toset(["admin", "read"])
    error_message = "The scopes are not the manifest's."
  }

  assert {
    condition     = aws_cognito_user_pool_client.mobile.allowed_oauth_scopes == toset(["email", "openid", "orders/read"])
    error_message = "The app has other scopes."
  }

  assert {
    condition     = aws_cognito_user_pool_client.machine[0].allowed_oauth_scopes == toset(["orders/admin"])
    error_message = "The machine client has other scopes."
  }

  # The operations require them as identifier/name.
  assert {
    condition     = aws_cognito_resource_server.context["orders"].identifier == "orders"
    error_message = "Tokens would have other scopes than the operations require."
  }

  assert {
    condition     = !contains(keys(aws_cognito_resource_server.context), "invoices")
    error_message = "A context without scopes has a resource server, which Cognito refuses."
  }
}

run "the_app_has_no_secret_and_the_machine_has_one" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool_client.mobile.allowed_oauth_flows == toset(["code"]) && !aws_cognito_user_pool_client.mobile.generate_secret
    error_message = "The app's client is not for PKCE."
  }

  assert {
    condition     = aws_cognito_user_pool_client.mobile.explicit_auth_flows == toset(["ALLOW_USER_PASSWORD_AUTH"]) && aws_cognito_user_pool_client.mobile.callback_urls == toset(["com.example.meridian://signed-in"])
    error_message = "A sign-in could pass by the check of leaked passwords, or the app has other callback URLs."
  }

  assert {
    condition     = aws_cognito_user_pool_client.machine[0].allowed_oauth_flows == toset(["client_credentials"]) && aws_cognito_user_pool_client.machine[0].generate_secret
    error_message = "The machine's client is not for client credentials."
  }
}

run "tokens_live_for_minutes_and_errors_name_no_user" {
  command = plan

  assert {
    condition = (
      aws_cognito_user_pool_client.mobile.access_token_validity == 15 && aws_cognito_user_pool_client.mobile.id_token_validity == 15 && aws_cognito_user_pool_client.mobile.refresh_token_validity == 30
      && one(aws_cognito_user_pool_client.mobile.token_validity_units).access_token == "minutes" && one(aws_cognito_user_pool_client.mobile.token_validity_units).id_token == "minutes" && one(aws_cognito_user_pool_client.mobile.token_validity_units).refresh_token == "days"
      && aws_cognito_user_pool_client.machine[0].access_token_validity == 60 && one(aws_cognito_user_pool_client.machine[0].token_validity_units).access_token == "minutes"
    )
    error_message = "A token that was stolen is valid for longer."
  }

  assert {
    condition = alltrue([
      for c in [aws_cognito_user_pool_client.mobile, aws_cognito_user_pool_client.machine[0]] : c.prevent_user_existence_errors == "ENABLED" && c.enable_token_revocation
    ])
    error_message = "An error reveals who has an account, or a token cannot be revoked."
  }

  assert {
    condition     = one(aws_cognito_user_pool_client.mobile.refresh_token_rotation).feature == "ENABLED" && one(aws_cognito_user_pool_client.mobile.refresh_token_rotation).retry_grace_period_seconds == 60
    error_message = "A refresh token is valid more than once, or a lost response ends the session."
  }
}

run "the_key_serves_the_services_of_its_region_and_account" {
  command = plan

  assert {
    condition = alltrue([for r, d in data.aws_iam_policy_document.key : jsonencode({ for s in d.statement : s.sid => { for c in s.condition : "${c.test} ${c.variable}" => sort(c.values) } }) == jsonencode({
      Account = {}
      Alarms  = { "StringEquals aws:SourceAccount" = ["111122223333"] }
      Logs    = { "ArnLike kms:EncryptionContext:aws:logs:arn" = ["arn:aws:logs:${r}:111122223333:log-group:*"] }
      ThroughTheServicesThatKeepData = {
        "StringEquals kms:CallerAccount" = ["111122223333"]
        "StringEquals kms:ViaService"    = ["dynamodb.${r}.amazonaws.com", "secretsmanager.${r}.amazonaws.com"]
      }
    })])
    error_message = "A key's conditions would lock the functions out, or let others in."
  }
}

run "alarms_of_the_deployments_functions_do_not_fire_on_no_data" {
  command = plan

  assert {
    condition = alltrue([for a in [aws_cloudwatch_metric_alarm.platform["claims"], aws_cloudwatch_metric_alarm.platform["rotation"]] : a.treat_missing_data == "notBreaching" && a.threshold == 0 && a.statistic == "Sum"]) && (
      aws_cloudwatch_metric_alarm.platform["claims"].dimensions == tomap({ FunctionName = "prod-platform-add-claims" })
      && aws_cloudwatch_metric_alarm.platform["rotation"].dimensions == tomap({ FunctionName = "prod-platform-rotate-secret" })
    )
    error_message = "An alarm fires on no data, or is about another function."
  }
}

run "a_zone_that_is_not_delegated_fails_in_minutes" {
  command = plan

  assert {
    condition     = alltrue([for v in aws_acm_certificate_validation.region : v.timeouts.create == "15m"]) && alltrue([for r in aws_route53_record.proof : r.allow_overwrite])
    error_message = "An apply waits for longer, or fails because the record exists."
  }
}

run "a_lean_environment_has_no_keys_and_no_alarms_and_mails_its_creator" {
  command = plan

  variables {
    environment = "lean"
  }

  assert {
    condition     = length(aws_kms_key.environment) == 0 && length(aws_cloudwatch_metric_alarm.platform) == 0
    error_message = "A key or an alarm costs something at rest."
  }

  assert {
    condition     = alltrue([for n in aws_budgets_budget.environment.notification : n.subscriber_email_addresses == toset(["ada@example.com"])])
    error_message = "The budget notifies no one."
  }

  assert {
    condition     = module.settings.tags.expires == "2026-12-31" && module.settings.tags.creator == "ada@example.com"
    error_message = "The resources do not say when the environment expires."
  }

  assert {
    condition     = aws_lambda_function.platform["claims"].reserved_concurrent_executions == -1 && aws_lambda_function.platform["rotation"].reserved_concurrent_executions == -1
    error_message = "A new account refuses the reservation."
  }
}

run "the_pool_has_deletion_protection_mfa_and_threat_protection" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.users.deletion_protection == "ACTIVE" && aws_cognito_user_pool.users.mfa_configuration == "OPTIONAL" && aws_cognito_user_pool.users.software_token_mfa_configuration[0].enabled
    error_message = "The pool has no deletion protection, or no second factor."
  }

  assert {
    condition     = aws_cognito_user_pool.users.user_pool_add_ons[0].advanced_security_mode == "ENFORCED" && aws_cognito_user_pool.users.user_pool_tier == "PLUS" && length(aws_cognito_risk_configuration.users) == 1
    error_message = "Threat protection is not enforced."
  }

  assert {
    condition     = one(aws_cognito_risk_configuration.users[0].compromised_credentials_risk_configuration[0].actions[*].event_action) == "BLOCK"
    error_message = "A leaked password is accepted."
  }
}

run "a_developers_pool_can_be_destroyed_and_has_the_cheaper_tier" {
  command = plan

  variables {
    environment = "ada"
  }

  assert {
    condition     = aws_cognito_user_pool.users.deletion_protection == "INACTIVE" && aws_cognito_user_pool.users.user_pool_tier == "ESSENTIALS" && aws_cognito_user_pool.users.name == "meridian-ada"
    error_message = "The pool is protected, or has the more expensive tier."
  }

  assert {
    condition     = alltrue([for s in aws_secretsmanager_secret.secret : s.recovery_window_in_days == 0 && startswith(s.name, "ada/")])
    error_message = "A deleted secret's name would stay taken for a month."
  }
}

run "secrets_are_replicated_under_each_regions_key" {
  command = plan

  assert {
    condition     = toset([for s in aws_secretsmanager_secret.secret : s.name]) == toset(["prod/payment-key", "prod/webhook-key"])
    error_message = "The secrets are not the manifests'."
  }

  assert {
    condition     = alltrue([for s in aws_secretsmanager_secret.secret : [for r in s.replica : r.region] == ["us-west-2"]])
    error_message = "A secret is not where the functions read it."
  }
}

run "only_declared_secrets_rotate" {
  command = plan

  assert {
    condition     = [for s, r in aws_secretsmanager_secret_rotation.secret : "${s} ${r.rotation_rules[0].automatically_after_days}"] == ["payment-key 30"]
    error_message = "The rotation is not the manifest's."
  }

  assert {
    condition     = aws_lambda_permission.rotation["payment-key"].principal == "secretsmanager.amazonaws.com" && aws_lambda_permission.rotation["payment-key"].source_account == "111122223333"
    error_message = "Another account's secrets could call the function."
  }
}

run "the_rotation_has_rights_on_rotating_secrets_only" {
  command = apply

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.platform["rotation"].policy).Statement : "${join(" ", s.Action)} on ${join(" ", flatten([s.Resource]))}"] == [
      "secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage on ${aws_secretsmanager_secret.secret["payment-key"].arn}",
      "logs:CreateLogStream logs:PutLogEvents on ${aws_cloudwatch_log_group.platform["rotation"].arn}:log-stream:*",
      "xray:PutTelemetryRecords xray:PutTraceSegments on *",
    ]
    error_message = "Got ${aws_iam_role_policy.platform["rotation"].policy}"
  }

  assert {
    condition     = aws_lambda_permission.rotation["payment-key"].source_arn == aws_secretsmanager_secret.secret["payment-key"].arn && aws_lambda_function.platform["rotation"].architectures == tolist(["arm64"]) && aws_lambda_function.platform["rotation"].reserved_concurrent_executions == 1
    error_message = "Any secret could call the function, or it has another architecture or concurrency."
  }
}

run "a_rotating_secret_has_a_first_value_that_is_written_once" {
  command = plan

  assert {
    condition     = keys(aws_secretsmanager_secret_version.first) == ["payment-key"] && aws_secretsmanager_secret_version.first["payment-key"].secret_string_wo_version == 1
    error_message = "A rotating secret has no first value, or an operator's secret would be overwritten."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.first["payment-key"].version_stages == toset(["AWSCURRENT", "FIRSTVALUE"])
    error_message = "AWS would delete the first version in time, and the next apply would write over the value in use."
  }
}

run "a_function_that_is_not_built_fails" {
  command = plan

  variables {
    artifacts = "../testdata/nothing"
  }

  expect_failures = [aws_lambda_function.platform]
}

run "the_cost_has_a_budget" {
  command = plan

  assert {
    condition     = aws_budgets_budget.environment.limit_amount == "2000" && one(aws_budgets_budget.environment.cost_filter).values == tolist(["user:environment$prod"])
    error_message = "The budget is not the environment's."
  }

  assert {
    condition     = toset([for n in aws_budgets_budget.environment.notification : "${n.notification_type} ${n.threshold}"]) == toset(["ACTUAL 80", "FORECASTED 100"])
    error_message = "The budget does not notify before the money is spent."
  }
}

run "the_environments_addresses_subscribe_in_every_region" {
  command = plan

  assert {
    condition     = toset([for s in aws_sns_topic_subscription.email : "${s.region} ${s.protocol} ${s.endpoint}"]) == toset(["us-east-1 email on-call@meridian.example.com", "us-west-2 email on-call@meridian.example.com"])
    error_message = "Got ${jsonencode(keys(aws_sns_topic_subscription.email))}"
  }

  assert {
    condition     = alltrue([for d in data.aws_iam_policy_document.topic : one(d.statement[0].principals).identifiers == toset(["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]) && one(d.statement[0].condition).variable == "aws:SourceAccount"])
    error_message = "A topic accepts other publishers, or not the alarms and budgets."
  }
}

run "the_region_of_health_and_cost_metrics_has_a_topic_without_serving" {
  command = plan

  variables {
    environment = "northern"
  }

  assert {
    condition     = toset(keys(aws_sns_topic.alarms)) == toset(["ca-central-1", "us-east-1", "us-west-2"]) && toset(keys(aws_acm_certificate.region)) == toset(["ca-central-1", "us-west-2"])
    error_message = "Got ${jsonencode(keys(aws_sns_topic.alarms))}"
  }
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

run "an_unknown_environment_fails" {
  command = plan

  variables {
    environment = "production"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_system_without_secrets_and_admins_needs_less" {
  command = plan

  variables {
    repository  = "../testdata/plain"
    environment = "ada"
  }

  assert {
    condition     = keys(aws_lambda_function.platform) == ["claims"] && length(aws_cognito_user_pool_client.machine) == 0
    error_message = "Got ${jsonencode(keys(aws_lambda_function.platform))}, ${length(aws_cognito_user_pool_client.machine)} clients of machines"
  }
}
