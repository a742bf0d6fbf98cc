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
