//! The grammar of expressions: sums of products over integers, sizes and names.
//!
//! ```text
//! sum     = product (('+' | '-') product)*
//! product = factor (('*' | '/' | '%') factor)*
//! factor  = '-' factor | '(' sum ')' | integer unit? | name
//! unit    = 'B' | 'KiB' | 'MiB' | 'GiB' | 'TiB'
//! ```
//! Division is that of integers, rounding towards zero. Numbers are 128 bits wide
//! on the way, so that an overflow is found and not wrapped.

use winnow::ascii::{digit1, space0};
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat, terminated};
use winnow::prelude::*;
use winnow::token::{one_of, take_while};

use crate::words::units::Bytes;

/// A parsed expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Number(i128),
    Name(String),
    Negated(Box<Tree>),
    Two(Box<Tree>, Operator, Box<Tree>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
}

/// Parentheses and signs may nest this deep: enough for any lesson, too little for the stack.
const DEEPEST: usize = 32;

/// The longest expression, in bytes: a tree is as deep as its sum is long.
const LONGEST: usize = 1000;

pub(crate) fn parse(text: &str) -> Result<Tree, String> {
    if text.len() > LONGEST {
        return Err(format!("more than {LONGEST} bytes"));
    }
    if text.matches(['(', '-']).count() > DEEPEST {
        return Err(format!("more than {DEEPEST} parentheses and signs"));
    }
    delimited(space0, sum, space0).parse(text).map_err(|error| {
        let rest = &text[error.offset().min(text.len())..];
        if rest.is_empty() { "it ends too early".to_owned() } else { format!("stuck at {rest:?}") }
    })
}

impl Tree {
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Name(name) => vec![name],
            Self::Negated(inner) => inner.names(),
            Self::Two(left, _, right) => [left.names(), right.names()].concat(),
        }
    }

    pub(crate) fn evaluate<E>(
        &self,
        look_up: &impl Fn(&str) -> Result<i128, E>,
        overflow: &impl Fn() -> E,
    ) -> Result<i128, E> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Name(name) => look_up(name),
            Self::Negated(inner) => inner.evaluate(look_up, overflow)?.checked_neg().ok_or_else(overflow),
            Self::Two(left, operator, right) => {
                let left = left.evaluate(look_up, overflow)?;
                let right = right.evaluate(look_up, overflow)?;
                match operator {
                    Operator::Plus => left.checked_add(right),
                    Operator::Minus => left.checked_sub(right),
                    Operator::Times => left.checked_mul(right),
                    Operator::Over => left.checked_div(right),
                    Operator::Modulo => left.checked_rem(right),
                }
                .ok_or_else(overflow)
            }
        }
    }
}

fn sum(input: &mut &str) -> ModalResult<Tree> {
    chain(product, |c| matches!(c, '+' | '-')).parse_next(input)
}

fn product(input: &mut &str) -> ModalResult<Tree> {
    chain(factor, |c| matches!(c, '*' | '/' | '%')).parse_next(input)
}

/// `operand (operator operand)*`, grouped to the left.
fn chain<'a>(
    mut operand: impl ModalParser<&'a str, Tree, winnow::error::ContextError> + Copy,
    is_operator: impl Fn(char) -> bool + Copy,
) -> impl ModalParser<&'a str, Tree, winnow::error::ContextError> {
    move |input: &mut &'a str| {
        let first = operand.parse_next(input)?;
        let rest: Vec<(char, Tree)> =
            repeat(0.., (delimited(space0, one_of(is_operator), space0), cut_err(operand)))
                .parse_next(input)?;
        Ok(rest.into_iter().fold(first, |left, (sign, right)| {
            let operator = match sign {
                '+' => Operator::Plus,
                '-' => Operator::Minus,
                '*' => Operator::Times,
                '/' => Operator::Over,
                _ => Operator::Modulo,
            };
            Tree::Two(Box::new(left), operator, Box::new(right))
        }))
    }
}

fn factor(input: &mut &str) -> ModalResult<Tree> {
    alt((
        preceded(('-', space0), factor).map(|inner| Tree::Negated(Box::new(inner))),
        delimited(('(', space0), sum, (space0, ')')),
        number,
        name.map(|name: &str| Tree::Name(name.to_owned())),
    ))
    .parse_next(input)
}

fn number(input: &mut &str) -> ModalResult<Tree> {
    let unit =
        preceded(space0, terminated(alt(("KiB", "MiB", "GiB", "TiB", "B")), winnow::combinator::not(word)));
    (digit1.try_map(str::parse::<i64>), opt(unit))
        .verify_map(|(count, unit): (i64, Option<&str>)| {
            let scale = unit.map_or(Some(Bytes(1)), Bytes::of_unit)?;
            i128::from(count).checked_mul(i128::from(scale.0)).map(Tree::Number)
        })
        .parse_next(input)
}

fn word(input: &mut &str) -> ModalResult<char> {
    one_of(|c: char| c.is_ascii_alphanumeric() || c == '_').parse_next(input)
}

fn name<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (one_of(|c: char| c.is_ascii_lowercase()), take_while(0.., rest)).take().parse_next(input)
}
