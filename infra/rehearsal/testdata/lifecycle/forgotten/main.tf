terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_cloudwatch_log_group" "copy" {
  for_each = toset(["eu-west-1", "eu-central-1"])

  name = "copies"
}
