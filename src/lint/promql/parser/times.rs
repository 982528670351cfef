//! What follows a series: a range, `offset` and `@`, and the times in them.

use super::{DEEPEST, Done, Parser};
use crate::lint::promql::Refused;
use crate::lint::promql::tree::{Expression, Kind, Selector};
use crate::lint::promql::words::Word;

impl Parser<'_> {
    /// A range in brackets, or a subquery's.
    pub(super) fn range(&mut self, inner: Expression, start: usize) -> Done<Expression> {
        let opening = self.expect("[")?.at;
        let range = self.time_in_brackets()?;
        if self.accept(":") {
            if !self.is_sign("]") {
                self.time_in_brackets()?;
            }
            self.expect("]")?;
            let kind = Kind::Subquery {
                inner: Box::new(inner),
            };
            return self.node(kind, start);
        }
        self.expect("]")?;
        let problem = match &inner.kind {
            Kind::Vector(selector) if selector.has_offset => "`offset` stands behind the range",
            Kind::Vector(selector) if selector.has_time && !selector.has_bound => {
                "`@` stands behind the range"
            }
            Kind::Vector(_) => {
                let kind = Kind::Matrix {
                    selector: Box::new(inner),
                    range,
                };
                return self.node(kind, start);
            }
            _ => "only series have a range; for an expression write a subquery such as `[5m:]`",
        };
        Err(Refused::Wrong {
            at: opening,
            message: problem.to_owned(),
        })
    }

    /// A time in milliseconds; nothing where it is computed.
    fn time_in_brackets(&mut self) -> Done<Option<u64>> {
        let at = self.peek().at;
        match self.time_expression()? {
            Some(time) if time <= 0.0 => Err(Refused::Wrong {
                at,
                message: "a time in brackets has to be longer than nothing".to_owned(),
            }),
            time => Ok(time.and_then(milliseconds)),
        }
    }

    /// Times with operators between them. In seconds where it is one number or time.
    fn time_expression(&mut self) -> Done<Option<f64>> {
        let mut time = self.time_operand()?;
        while let Word::Sign(sign @ ("+" | "-" | "*" | "/" | "%" | "^")) = self.peek().word {
            self.next += 1;
            let at = self.peek().at;
            let right = self.time_operand()?;
            if matches!(sign, "/" | "%") && right == Some(0.0) {
                return Err(Refused::Wrong {
                    at,
                    message: "a time is divided by nothing".to_owned(),
                });
            }
            time = None;
        }
        Ok(time)
    }

    /// A time, or what computes one. In seconds where it is one number or time.
    fn time_operand(&mut self) -> Done<Option<f64>> {
        let mut sign = 1.0;
        while matches!(self.peek().word, Word::Sign("+" | "-")) {
            sign *= if self.take().word == Word::Sign("-") {
                -1.0
            } else {
                1.0
            };
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refused::Unknown);
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let literal = match self.peek().word {
            Word::Number(number) => Some(number),
            Word::Duration(time) => Some(time as f64 / 1000.0),
            _ => None,
        };
        let time = match literal {
            Some(number) if number.is_nan() || number.abs() >= 9.2e9 => {
                return self.wrong("the time is too long");
            }
            Some(number) => {
                self.next += 1;
                Some(sign * number)
            }
            None if self.accept("(") => {
                let inner = self.time_expression()?;
                self.expect(")")?;
                inner.map(|time| sign * time)
            }
            None => {
                match self.keyword().as_deref() {
                    Some("step" | "range") => {
                        self.next += 1;
                        self.expect("(")?;
                        self.expect(")")?;
                    }
                    Some("max_of" | "min_of") => {
                        self.next += 1;
                        self.expect("(")?;
                        self.time_expression()?;
                        self.expect(",")?;
                        self.time_expression()?;
                        self.expect(")")?;
                    }
                    _ => return self.unexpected("a time"),
                }
                None
            }
        };
        self.depth -= 1;
        Ok(time)
    }

    pub(super) fn offset(&mut self, expression: &mut Expression) -> Done<()> {
        let at = self.peek().at;
        let time = self.time_operand()?;
        let is_subquery = matches!(expression.kind, Kind::Subquery { .. });
        let selector = match selector_of(expression) {
            Some(selector) => Some(selector),
            // Of a subquery it is not kept.
            None if is_subquery => None,
            None => {
                return Err(Refused::Wrong {
                    at,
                    message: "`offset` stands behind series, a range or a subquery".to_owned(),
                });
            }
        };
        if let Some(selector) = selector {
            if selector.has_offset {
                return Err(Refused::Wrong {
                    at,
                    message: "there are two `offset`".to_owned(),
                });
            }
            selector.has_offset = time != Some(0.0);
            selector.offset = time.unwrap_or(0.0);
        }
        Ok(())
    }

    pub(super) fn time(&mut self, expression: &mut Expression) -> Done<()> {
        let at = self.peek().at;
        let is_bound = matches!(self.keyword().as_deref(), Some("start" | "end"));
        match self.keyword().as_deref() {
            Some("start" | "end") => {
                self.next += 1;
                self.expect("(")?;
                self.expect(")")?;
            }
            _ => {
                let _ = self.accept("-") || self.accept("+");
                match self.peek().word {
                    Word::Number(number) if number.is_finite() && number.abs() < 9.2e18 => self.next += 1,
                    Word::Duration(_) => self.next += 1,
                    _ => return self.unexpected("a time in seconds, `start()` or `end()`"),
                }
            }
        }
        let is_subquery = matches!(expression.kind, Kind::Subquery { .. });
        let has_time = match selector_of(expression) {
            Some(selector) => {
                selector.has_bound = is_bound;
                &mut selector.has_time
            }
            None if is_subquery => return Ok(()),
            None => {
                return Err(Refused::Wrong {
                    at,
                    message: "`@` stands behind series, a range or a subquery".to_owned(),
                });
            }
        };
        if *has_time {
            return Err(Refused::Wrong {
                at,
                message: "there are two `@`".to_owned(),
            });
        }
        *has_time = true;
        Ok(())
    }
}

/// The series that `offset` and `@` belong to.
fn selector_of(expression: &mut Expression) -> Option<&mut Selector> {
    match &mut expression.kind {
        Kind::Vector(selector) => Some(selector),
        Kind::Matrix { selector, .. } => selector_of(selector),
        _ => None,
    }
}

/// Seconds in milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the bounds that are looked at"
)]
fn milliseconds(seconds: f64) -> Option<u64> {
    (0.0..9.2e9)
        .contains(&seconds)
        .then(|| (seconds * 1000.0).ceil() as u64)
}
