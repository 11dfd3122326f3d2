# shellcheck shell=bash
# Purpose: read JSON in small perl programs: perl-base has no library for it.
# Arguments: none; put before each script that says `# needs: ... perl.sh json-perl.sh`.
# Secrets: none.
# Changes: nothing.
# Exit codes: none of its own.
# Safe to repeat: yes.

# decode(text): numbers and texts as they are, true and false as 1 and 0, null as undef, lists and objects as references; dies
# with what it can't read. Texts are bytes.
# shellcheck disable=SC2016,SC2034 # perl's own variables; programs of other files begin with it
JSON_LIBRARY='
sub decode {
  my ($text) = @_;
  my $value = json_value(\$text);
  $text =~ /\G\s*\z/gc or die "more than one JSON value\n";
  return $value;
}
sub json_value {
  my ($text) = @_;
  return json_text($text) if $$text =~ /\G\s*"/gc;
  return $1 if $$text =~ /\G\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/gc;
  return $1 eq "true" ? 1 : $1 eq "false" ? 0 : undef if $$text =~ /\G\s*(true|false|null)/gc;
  if ($$text =~ /\G\s*\[/gc) {
    my @list;
    until ($$text =~ /\G\s*\]/gc) {
      push @list, json_value($text);
      $$text =~ /\G\s*,/gc or $$text =~ /\G(?=\s*\])/gc or die "a JSON list that does not end\n";
    }
    return \@list;
  }
  die "no JSON\n" unless $$text =~ /\G\s*\{/gc;
  my %fields;
  until ($$text =~ /\G\s*\}/gc) {
    $$text =~ /\G\s*"/gc or die "a JSON object without a name\n";
    my $name = json_text($text);
    $$text =~ /\G\s*:/gc or die "a JSON name without a value\n";
    $fields{$name} = json_value($text);
    $$text =~ /\G\s*,/gc or $$text =~ /\G(?=\s*\})/gc or die "a JSON object that does not end\n";
  }
  return \%fields;
}
sub json_text {
  my ($text) = @_;
  my %plain = (n => "\n", t => "\t", r => "\r", b => "\b", f => "\f");
  my $got = "";
  until ($$text =~ /\G"/gc) {
    if ($$text =~ /\G([^"\\]+)/gc) { $got .= $1 }
    elsif ($$text =~ /\G\\u([0-9a-fA-F]{4})/gc) { my $one = chr hex $1; utf8::encode($one); $got .= $one }
    elsif ($$text =~ /\G\\(.)/gcs) { $got .= $plain{$1} // $1 }
    else { die "a JSON text that does not end\n" }
  }
  return $got;
}
'

# read_json <program> [<argument>...]: a perl program, with the JSON on its stdin.
read_json() { perl -e "$PERL_LIBRARY$JSON_LIBRARY$1" -- "${@:2}"; }
