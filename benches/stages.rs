//! Where the time of a default render goes, stage by stage.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use promchart::manifest::{Selection, ShowOnly};
use promchart::pipeline::{self, Request};
use promchart::{chart, emit, values};

#[expect(clippy::unwrap_used, reason = "the built-in chart renders, or the tests fail")]
fn stages(criterion: &mut Criterion) {
    let request = Request::default();
    let loaded = pipeline::load(&request).unwrap();
    let user = pipeline::user_values(&request, &loaded.chart).unwrap();
    let prepared = pipeline::prepare(&request).unwrap();
    let show_only = ShowOnly::new(&[]).unwrap();
    let manifests = pipeline::render(&prepared, Selection::default(), &show_only).unwrap();

    let mut group = criterion.benchmark_group("default render");
    group
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    group.bench_function("1 parse the chart", |b| {
        b.iter(|| chart::load_embedded(black_box(&chart::EMBEDDED)))
    });
    group.bench_function("2 coalesce", |b| {
        b.iter(|| values::resolve(&loaded.chart, black_box(&user.values)))
    });
    group.bench_function("3 validate", |b| {
        b.iter(|| values::validate(black_box(&prepared.resolved)))
    });
    group.bench_function("4 render", |b| {
        b.iter(|| pipeline::render(black_box(&prepared), Selection::default(), &show_only));
    });
    group.bench_function("5 emit", |b| {
        b.iter(|| emit::yaml_stream(black_box(&manifests)).to_string())
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
