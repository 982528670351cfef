"""Charts of Go templates in ten sizes, for the benchmark: make(folder, sizes)."""
import os

import pair
from comparable import write

# How many templates, how many MB of CRDs, and where those stand: in crds/, or among the templates.
SIZES = (
    (5, 0, "crds"), (20, 0, "crds"), (50, 0, "crds"), (100, 0, "crds"), (200, 0, "crds"), (500, 0, "crds"),
    (20, 1, "crds"), (50, 10, "crds"), (500, 60, "crds"), (20, 1, "templates"), (50, 10, "templates"),
)

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things{i}.example.com
spec:
  group: example.com
  names: {{kind: Thing{i}, listKind: Thing{i}List, plural: things{i}, singular: thing{i}}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
"""

PROPERTY = """\
          field{i}:
            description: "What the controller does with field {i} of a thing, and what it takes where there is none: the usual."
            type: object
            required:
            - name
            properties:
              name:
                description: The name; a lowercase letter, and digits behind it.
                type: string
                maxLength: 63
                pattern: ^[a-z][a-z0-9]*$
              replicas:
                format: int32
                minimum: 0
                type: integer
              labels:
                additionalProperties:
                  type: string
                type: object
"""


def make(folder, sizes=SIZES):
    """The charts' folders by their names."""
    charts = {}
    properties = []
    while sum(map(len, properties)) < 1000000:
        properties.append(PROPERTY.format(i=len(properties)))
    for templates, megabytes, place in sizes:
        name = "%d templates" % templates + (", %d MB in %s/" % (megabytes, place) if megabytes else "")
        chart = os.path.join(folder, "family", name.replace(" ", "-").replace("/", ""))
        write(os.path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: pair\nversion: 1.0.0\n")
        write(os.path.join(chart, "values.yaml"), "".join(pair.COMPONENT.format(i=i, enabled="true") for i in range(templates)))
        write(os.path.join(chart, "templates", "_helpers.tpl"), pair.GO_HELPERS)
        for i in range(templates):
            write(os.path.join(chart, "templates", "component%d.yaml" % i), pair.GO.format(i=i))
        for i in range(megabytes):
            write(os.path.join(chart, place, "things%d.yaml" % i), CRD.format(i=i) + "".join(properties))
        charts[name] = chart
    return charts
