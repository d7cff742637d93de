// `import Habitus` is all that an application needs: events, profiles, the store and the importers come with it.
@_exported public import HabitusModel
@_exported public import HabitusStore
@_exported public import HabitusTracking
