//! Work on all processors, with results in the order of what was to be done.

use std::cell::{Cell, OnceCell};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::thread::{Builder, Scope};

/// Stack of a thread; memory is taken as it is used. A hostile template can wrap a value about a million
/// times with the fuel that it has, and minijinja drops such a value level by level.
const STACK: usize = 256 << 20;

thread_local! {
    /// Whether this thread has a stack of that size.
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// What the threads of a scope gave, and whether one of them failed. A thread that is joined is waited for until the system has taken
/// its stack back, which takes longer than many a template; who asks here waits only until the work is done.
struct Given<T>(Mutex<Vec<std::thread::Result<T>>>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Given(Mutex::default())
    }
}

impl<T: Send> Given<T> {
    /// Begins a thread of a scope with a stack of [`STACK`] bytes; says whether it could be had.
    fn begin<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        does: impl FnOnce() -> T + Send + 'scope,
    ) -> bool {
        if !IS_DEEP.get() {
            // A larger piece than the thread's: see there.
            take_and_give_back(2 * HEAP);
        }
        let begun = Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            IS_DEEP.set(true);
            take_and_give_back(HEAP);
            let given = catch_unwind(AssertUnwindSafe(does));
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(given);
        });
        begun.is_ok()
    }

    /// What all threads gave, once the scope has ended.
    fn all(self) -> impl Iterator<Item = T> {
        let all = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.into_iter()
            .map(|given| given.unwrap_or_else(|panic| resume_unwind(panic)))
    }
}

/// Does something where the stack is deep enough for all work: here, or on a thread of its own. Gives nothing, and has done
/// nothing, where no such thread can be had. Whoever hands out work to several threads from there takes part in it.
pub(crate) fn on_a_deep_stack<T: Send>(does: &mut (dyn FnMut() -> T + Send)) -> Option<T> {
    if IS_DEEP.get() {
        return Some(does());
    }
    let given = Given::default();
    std::thread::scope(|scope| given.begin(scope, does));
    given.all().next()
}

/// Does something for each of some items, on so many threads as can be of use; gives what was made of each.
pub(crate) fn each<I: Sync, W: Send + Sync>(
    items: &[I],
    threads: usize,
    whole: &(dyn Fn(&I) -> W + Sync),
) -> Vec<W> {
    let work = Work {
        begin: &|| (),
        whole: &|(), item| whole(item),
        parts: &|_| 0,
        part: &|_, _| (),
        threads,
    };
    let done = in_parallel(items, &work).into_iter();
    done.map(|(whole, _)| whole).collect()
}

/// Does something for each of some items that are made one after another, the first while others are still made; gives what `make`
/// gives, and what was made of each item. `make` hands on each item with its weight; `enough` of that takes longer to do than to
/// begin a thread for it. Where the stack is not deep enough for all work, another thread does it.
pub(crate) fn while_made<I: Send, W: Send, R>(
    make: impl FnOnce(&mut dyn FnMut(I, usize)) -> R,
    enough: usize,
    whole: &(dyn Fn(I) -> W + Sync),
) -> (R, Vec<W>) {
    let (hand_on, items) = mpsc::channel();
    let items = Mutex::new(items);
    // What one thread does until nothing is left, each with its position.
    let run = || {
        let mut done = Vec::new();
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).recv();
            // Nobody hands on any more, which a failure brings about, too.
            let Ok((position, item)) = next else { return done };
            done.push((position, whole(item)));
        }
    };
    let takes_part = IS_DEEP.get();
    let given = Given::default();
    let (made, mut done): (R, Vec<(usize, W)>) = std::thread::scope(|scope| {
        let mut threads = 0;
        let (mut position, mut weight) = (0, 0_usize);
        let most = OnceCell::new();
        let made = make(&mut |item, more| {
            // It can be sent: whoever takes items is there until the end.
            let _ = hand_on.send((position, item));
            position += 1;
            weight = weight.saturating_add(more);
            let is_needed = threads == 0 && !takes_part;
            let is_of_use = || threads + 1 < *most.get_or_init(|| at_a_time(usize::MAX));
            if is_needed || weight / enough > threads && is_of_use() {
                threads += usize::from(given.begin(scope, run));
            }
        });
        drop(hand_on);
        // Where no thread can be had, the work is done here.
        let done = match takes_part || threads == 0 {
            true => run(),
            false => Vec::new(),
        };
        (made, done)
    });
    done.extend(given.all().flatten());
    done.sort_by_key(|(position, _)| *position);
    (made, done.into_iter().map(|(_, done)| done).collect())
}

/// What is to be done for each of some items: something for the item as a whole, which says how many parts there are, then
/// something for each part.
pub(crate) struct Work<'w, S, I, W, P> {
    /// Makes what a thread keeps from item to item.
    pub(crate) begin: &'w (dyn Fn() -> S + Sync),
    /// Does an item as a whole.
    pub(crate) whole: &'w (dyn Fn(&mut S, &'w I) -> W + Sync),
    /// How many parts the item has.
    pub(crate) parts: &'w (dyn Fn(&W) -> usize + Sync),
    /// Does a part.
    pub(crate) part: &'w (dyn Fn(&W, usize) -> P + Sync),
    /// How many threads can be of use.
    pub(crate) threads: usize,
}

/// Does the work of all items; gives what was made of each as a whole and of its parts.
pub(crate) fn in_parallel<'w, S, I: Sync, W: Send + Sync, P: Send>(
    items: &'w [I],
    work: &Work<'w, S, I, W, P>,
) -> Vec<(W, Vec<P>)> {
    if items.is_empty() {
        return Vec::new();
    }
    let queue = Queue {
        items,
        work,
        next: AtomicUsize::new(0),
        slots: items.iter().map(|_| Slot::default()).collect(),
        state: Mutex::default(),
        changed: Condvar::new(),
    };
    let takes_part = IS_DEEP.get();
    let given = Given::default();
    let mut done = std::thread::scope(|scope| {
        let begin = || given.begin(scope, || queue.run());
        let own = usize::from(takes_part);
        // Two are begun before it is asked how many can be, this one included.
        let at_once = work.threads.min(2);
        let mut threads = (own..at_once).filter(|_| begin()).count();
        threads += (at_once..at_a_time(work.threads)).filter(|_| begin()).count();
        // Where no thread can be had, the work is done here.
        match takes_part || threads == 0 {
            true => queue.run(),
            false => Vec::new(),
        }
    });
    done.extend(given.all().flatten());
    done.sort_by_key(|(item, part, _)| (*item, *part));
    let mut results: Vec<(W, Vec<P>)> = queue
        .slots
        .into_iter()
        .filter_map(|slot| Some((slot.whole.into_inner()?, Vec::new())))
        .collect();
    for (item, _, part) in done {
        results[item].1.push(part);
    }
    results
}

/// How many threads of some that could be of use can run at a time.
pub(crate) fn at_a_time(threads: usize) -> usize {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    match threads {
        0 | 1 => threads,
        _ => threads.min(*PROCESSORS.get_or_init(processors)),
    }
}

/// How many threads can run at a time. The standard library reads some files to find out what a container may use, which takes
/// as long as rendering a few templates; where there are no more than two processors, one question does.
fn processors() -> usize {
    #[cfg(target_os = "linux")]
    if let Ok(processors) = rustix::thread::sched_getaffinity(None)
        && let Ok(count @ 1..=2) = usize::try_from(processors.count())
    {
        return count;
    }
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Memory that a thread begins with; pages count when they are used.
const HEAP: usize = 4 << 20;

/// Takes memory and gives it back, which makes room. glibc widens a thread's heap by a page or two at a time, with a call
/// to the system that stops the other threads' calls: hundreds of them in a usual render. What is given back it keeps, once
/// a larger piece was given back before. Other allocators do not care.
fn take_and_give_back(bytes: usize) {
    drop(black_box(Vec::<u8>::with_capacity(bytes)));
}

/// What the threads share.
struct Queue<'q, 'w, S, I, W, P> {
    items: &'w [I],
    work: &'q Work<'w, S, I, W, P>,
    /// The first item that nobody has begun.
    next: AtomicUsize,
    slots: Vec<Slot<W>>,
    state: Mutex<State>,
    /// Tells that more items are done.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How many items are done as a whole.
    finished: usize,
    /// How many threads wait for more.
    waiting: usize,
}

/// An item's state.
struct Slot<W> {
    whole: OnceLock<W>,
    /// The first part that nobody has begun.
    next: AtomicUsize,
}

impl<W> Default for Slot<W> {
    fn default() -> Self {
        Slot {
            whole: OnceLock::new(),
            next: AtomicUsize::new(0),
        }
    }
}

impl<S, I, W, P> Queue<'_, '_, S, I, W, P> {
    /// What one thread does until nothing is left: items first, as their parts wait for them.
    fn run(&self) -> Vec<(usize, usize, P)> {
        let mut done = Vec::new();
        let mut state = (self.work.begin)();
        loop {
            if let Some((item, slot)) = take(&self.next, self.items.len())
                .and_then(|index| Some((self.items.get(index)?, self.slots.get(index)?)))
            {
                let _announced = Announced(self);
                let _ = slot.whole.set((self.work.whole)(&mut state, item));
                continue;
            }
            let finished = self.state().finished;
            let part = self.slots.iter().enumerate().find_map(|(index, slot)| {
                let whole = slot.whole.get()?;
                let part = take(&slot.next, (self.work.parts)(whole))?;
                Some((index, part, whole))
            });
            match part {
                Some((index, part, whole)) => done.push((index, part, (self.work.part)(whole, part))),
                None if finished == self.items.len() => return done,
                None => self.wait(finished),
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until more than so many items are done as a whole.
    fn wait(&self, known: usize) {
        let mut state = self.state();
        state.waiting += 1;
        let waited = self.changed.wait_while(state, |state| state.finished == known);
        waited.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

/// Takes the next number below an end.
fn take(next: &AtomicUsize, end: usize) -> Option<usize> {
    if next.load(Ordering::Relaxed) >= end {
        return None;
    }
    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < end)
}

/// Tells the other threads, when it is dropped, that an item is done; also where it failed, so that nobody waits for ever.
struct Announced<'a, 'q, 'w, S, I, W, P>(&'a Queue<'q, 'w, S, I, W, P>);

impl<S, I, W, P> Drop for Announced<'_, '_, '_, S, I, W, P> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.finished += 1;
        // To tell others is a call to the system, needed or not.
        if state.waiting > 0 {
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_did_the_work() {
        let items: Vec<usize> = (0..50).collect();
        let done = in_parallel(
            &items,
            &Work {
                begin: &|| (),
                whole: &|(), item| item * 100,
                parts: &|whole| whole / 100 % 7,
                part: &|whole, part| whole + part,
                threads: 4,
            },
        );
        let expected: Vec<(usize, Vec<usize>)> = items
            .iter()
            .map(|item| (item * 100, (0..item % 7).map(|part| item * 100 + part).collect()))
            .collect();
        assert_eq!(done, expected);
    }

    #[test]
    fn who_stands_on_a_deep_stack_takes_part() {
        let stacks = |threads| {
            let ids = each(&[(); 50], threads, &|()| std::thread::current().id());
            ids.into_iter().collect::<std::collections::HashSet<_>>()
        };
        let here = std::thread::current().id();
        assert!(!stacks(1).contains(&here), "the stack of a test is not deep");
        let alone = on_a_deep_stack(&mut || {
            let deep = std::thread::current().id();
            let inner = on_a_deep_stack(&mut || std::thread::current().id());
            (deep, inner, stacks(1))
        });
        let (deep, inner, alone) = alone.unwrap();
        assert_ne!(deep, here);
        assert_eq!(inner, Some(deep), "no other thread is begun");
        assert_eq!(alone.into_iter().collect::<Vec<_>>(), [deep]);
    }

    #[test]
    fn items_are_done_while_others_are_made() {
        for enough in [1, 10, usize::MAX] {
            let make = |hand_on: &mut dyn FnMut(usize, usize)| {
                (0..50).for_each(|item| hand_on(item, 1));
                "all"
            };
            let (made, done) = while_made(make, enough, &|item| item * 2);
            assert_eq!(made, "all");
            assert_eq!(done, (0..50).map(|item| item * 2).collect::<Vec<_>>());
        }
        // What a test stands on is not deep.
        let here = std::thread::current().id();
        let make = |hand_on: &mut dyn FnMut((), usize)| (0..50).for_each(|_| hand_on((), 1));
        let (_, stacks) = while_made(make, usize::MAX, &|()| std::thread::current().id());
        assert!(!stacks.contains(&here));
        // The first is done before the last is made, where a thread can be had.
        let (done, is_done) = std::sync::mpsc::channel();
        let make = |hand_on: &mut dyn FnMut(usize, usize)| {
            hand_on(1, 1);
            if at_a_time(2) > 1 {
                is_done.recv().unwrap();
            }
        };
        let done = Mutex::new(done);
        while_made(make, 1, &|_| done.lock().unwrap().send(()).unwrap());
    }

    #[test]
    #[should_panic(expected = "the third")]
    fn a_panic_of_one_that_was_handed_on_is_handed_on() {
        let make = |hand_on: &mut dyn FnMut(usize, usize)| (0..50).for_each(|item| hand_on(item, 1));
        while_made(make, 1, &|item| assert_ne!(item, 3, "the third"));
    }

    #[test]
    #[should_panic(expected = "no more")]
    fn where_making_fails_nobody_waits_for_ever() {
        let make = |hand_on: &mut dyn FnMut(usize, usize)| -> usize {
            hand_on(1, 1);
            panic!("no more")
        };
        while_made(make, 1, &|item| item);
    }

    #[test]
    fn nothing_to_do_is_done() {
        let none: Vec<(usize, Vec<usize>)> = in_parallel(
            &[] as &[usize],
            &Work {
                begin: &|| (),
                whole: &|(), item| *item,
                parts: &|_| 1,
                part: &|_, part| part,
                threads: 4,
            },
        );
        assert!(none.is_empty());
    }

    #[test]
    #[should_panic(expected = "the third")]
    fn a_panic_is_handed_on_and_nobody_waits_for_ever() {
        in_parallel(
            &[1, 2, 3, 4],
            &Work {
                begin: &|| (),
                whole: &|(), item| assert_ne!(*item, 3, "the third"),
                parts: &|()| 2,
                part: &|(), part| part,
                threads: 4,
            },
        );
    }
}
